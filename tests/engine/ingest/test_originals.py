"""Originals read again for looking at: large pictures, and nothing when they are away or broken."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.media.originals import Originals


@pytest.fixture
def originals(tmp_path: Path):
    photo = Image.fromarray(np.random.default_rng(0).integers(0, 255, (600, 900, 3), np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    photo.save(tmp_path / "1.jpg", exif=exif)
    Image.new("RGBA", (50, 40), (255, 0, 0, 90)).save(tmp_path / "2.png")
    (tmp_path / "3.jpg").write_bytes((tmp_path / "1.jpg").read_bytes()[:400])
    names = {1: "1.jpg", 2: "2.png", 3: "3.jpg", 4: "away.jpg"}
    area = Originals(lambda item: tmp_path / names[item] if item in names else None)
    yield area
    area.close()


def test_a_picture_comes_upright_and_no_larger_than_asked(originals):
    picture = Image.open(io.BytesIO(originals.picture(1, 450)))

    assert picture.size == (300, 450)


def test_transparency_stays(originals):
    picture = Image.open(io.BytesIO(originals.picture(2, 4096)))

    assert picture.mode == "RGBA"
    assert picture.size == (50, 40)
    assert picture.getpixel((3, 3))[3] == 90


def test_what_is_broken_away_or_unknown_gives_nothing(originals):
    assert originals.picture(3) is None
    assert originals.picture(4) is None
    assert originals.picture(5) is None
    assert originals.spectrogram(4, 10, 10) is None


def test_closing_answers_and_a_later_question_starts_a_new_worker(originals):
    assert originals.picture(2) is not None
    originals.close()
    originals._kept.clear()
    assert originals.picture(2) is not None
