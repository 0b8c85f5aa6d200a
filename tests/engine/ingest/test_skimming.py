"""Large JPEGs are skimmed: at an eighth of their size they look as a full decoder shows them; what is not plain is left to Pillow."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from engine.modalities.pictures import opening, skim


@pytest.fixture(scope="module", autouse=True)
def loops():
    skim.load()  # else they would load after twenty photos
    yield
    skim._ready.clear()


def jpeg(mode="RGB", size=(403, 301), quality=90, **save):
    """Soft colours with a fine grain, as photos have; sizes that no block divides."""
    random = np.random.default_rng(1)
    soft = Image.fromarray(random.integers(0, 255, (9, 12, 3), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    grain = random.normal(0, 6, (size[1], size[0], 1))
    made = io.BytesIO()
    Image.fromarray((np.asarray(soft) + grain).clip(0, 255).astype(np.uint8)).convert(mode).save(
        made, "JPEG", quality=quality, **save
    )
    return made.getvalue()


def eighth(data):
    """What one gets by decoding everything and averaging, without the rows and columns at the edge that are only partly there."""
    full = Image.open(io.BytesIO(data))
    return np.asarray(full.reduce(8), np.int64)[: full.height // 8, : full.width // 8]


def apart(data):
    made = skim.skimmed(data, grey=Image.open(io.BytesIO(data)).mode == "L")
    assert made is not None
    truth = eighth(data)
    return np.abs(np.asarray(made, np.int64)[: truth.shape[0], : truth.shape[1]] - truth)


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("save", [{}, {"optimize": True}, {"restart_marker_rows": 1}, {"restart_marker_blocks": 5}])
def test_a_skimmed_picture_is_the_whole_one_averaged(subsampling, save):
    difference = apart(jpeg(subsampling=subsampling, **save))
    assert difference.mean() < 1
    assert difference.max() <= 12


@pytest.mark.parametrize("quality", [3, 60, 99])
def test_grey_pictures_are_what_libjpeg_makes_of_them_at_an_eighth(quality):
    data = jpeg("L", (400, 304), quality)
    drafted = Image.open(io.BytesIO(data))
    drafted.draft("L", (50, 38))
    assert np.array_equal(np.asarray(skim.skimmed(data, grey=True)), np.asarray(drafted))


@pytest.mark.parametrize(
    "data",
    [
        jpeg(progressive=True),
        jpeg("CMYK"),
        jpeg()[:-2000],
        jpeg()[:300],
        b"\xff\xd8\xff",
        b"",
        jpeg().replace(b"\xff\xc4", b"\xff\xe5"),
    ],
    ids=["progressive", "cmyk", "cut short", "headers only", "nothing", "empty", "no Huffman tables"],
)
def test_what_is_not_plain_or_whole_is_left_to_pillow(data):
    assert skim.skimmed(data) is None


def test_no_damage_leads_the_loops_astray():
    random, data = np.random.default_rng(0), jpeg(size=(120, 90), restart_marker_rows=1)
    for _ in range(400):
        broken = bytearray(data)
        for at in random.integers(2, len(broken), 3):
            broken[at] = random.choice([0, 255, random.integers(256)])
        made = skim.skimmed(bytes(broken))
        assert made is None or made.mode == "RGB"


def test_a_large_photo_opens_the_same_whichever_way_it_was_decoded(monkeypatch):
    turned = Image.Exif()
    turned[opening.ORIENTATION] = 6
    data = jpeg(size=(3200, 2400), exif=turned)
    skimmed = opening.open_picture(data, "jpeg", 224, 300, 300)
    monkeypatch.setattr(skim, "ready_for", lambda size: False)
    decoded = opening.open_picture(data, "jpeg", 224, 300, 300)
    assert skimmed.image.size == decoded.image.size == (300, 400)
    assert (skimmed.width, skimmed.height) == (2400, 3200)
    difference = np.abs(np.asarray(skimmed.image, np.int64) - np.asarray(decoded.image))
    assert 0 < difference.mean() < 1


def test_the_loops_are_loaded_once_a_worker_has_read_many_photos_and_they_are_compiled(monkeypatch, tmp_path):
    """What is compiled is kept for the next reader; a reader that finds nothing has it made and goes on without."""
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(skim, "_seen", 0)
    monkeypatch.setattr(skim, "_look_at", skim.WORTH_LOADING)
    asked = []
    monkeypatch.setattr(skim, "start_compiling", lambda: asked.append(skim.compiled()))
    skim._ready.clear()
    assert not skim.ready_for(skim.WORTH_LOADING)
    assert not asked  # a few pictures are not worth it
    assert not skim.ready_for(1)
    assert not skim.ready_for(1)
    assert asked == [False]
    skim.compile_once()  # what the other process does
    assert skim.compiled()
    skim._ready.clear()
    skim.ready_for(skim.WORTH_LOADING + 1)
    assert skim._ready.wait(60)
    assert skim.ready_for(1)
    assert asked == [False]
