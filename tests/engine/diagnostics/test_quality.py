"""Quality: planted defects are flagged as what they are, and good items are left alone."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from engine.diagnostics import picture_quality
from engine.evidence import Table
from engine.jobs.progress import Progress
from tests.engine.diagnostics.test_duplicates import scene
from tests.support.builders import kind_of, library_with

DEFECTS = {
    "Blurred": lambda image: image.filter(ImageFilter.GaussianBlur(7)),
    "Too dark": lambda image: ImageEnhance.Brightness(image).enhance(0.15),
    "Too bright": lambda image: Image.blend(image, Image.new("RGB", image.size, "white"), 0.85),
    "Nearly empty": lambda image: Image.new("RGB", image.size, (120, 130, 140)),
}


def textured(seed: int) -> Image.Image:
    """A scene with the fine grain that a sharp photo has."""
    image = scene(seed, (384, 288))
    grain = np.random.default_rng(seed).normal(0, 18, (288, 384, 1))
    return Image.fromarray(np.clip(np.asarray(image, float) + grain, 0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """150 items; every tenth picture has a defect, in turn."""
    planted: dict[int, str] = {}
    with library_with(tmp_path_factory.mktemp("quality"), 150, vectors=False) as engine:
        pictures, waves = {}, {}
        images = [number for number in range(1, 151) if kind_of(number) == "image"]
        for place, number in enumerate(images):
            image = textured(number)
            if place % 5 == 0:
                name = list(DEFECTS)[place // 5 % len(DEFECTS)]
                planted[number] = name
                image = DEFECTS[name](image)
            held = io.BytesIO()
            image.save(held, "JPEG", quality=85)
            pictures[number] = {384: held.getvalue()}
        for number in range(1, 151):
            if kind_of(number) == "audio":
                waves[number] = np.random.default_rng(number).uniform(0.1, 0.9, 200).astype(np.float32)
        first, second = sorted(waves)[:2]
        waves[first], waves[second] = np.zeros(200, np.float32), np.minimum(1, 1.6 * waves[second] + 0.4)
        planted |= {first: "Silent", second: "Clipped"}
        engine.thumbnails.keep(pictures, waves)
        texts = [number for number in range(1, 151) if kind_of(number) == "text"]
        with engine.library.write() as session:
            from engine.catalogue.tables import Item

            for number, words, name in (
                (texts[0], "..", "Hardly any words"),
                (texts[1], "GrÃ¼ÃŸe aus KÃ¶ln, schÃ¶ne StraÃŸe", "Garbled"),
            ):
                session.get(Item, number).text = words
                planted[number] = name
            for number, size, name in ((images[1], (40, 30), "Tiny"), (images[2], (4000, 500), "Odd shape")):
                item = session.get(Item, number)
                item.width, item.height = size
                planted[number] = name
        yield engine.diagnostics.measure("quality", Progress()).evidence, planted


def test_defects_are_flagged_as_what_they_are_and_the_rest_is_not(judged):
    evidence, planted = judged
    table = next(part for part in evidence.parts if isinstance(part, Table))
    found = {(number, row[0]) for number, row in zip(table.item_ids, table.rows)}
    true = set(planted.items())
    agreement = 1 - len(found ^ true) / 150
    assert agreement >= 0.95
    assert len(found & true) >= 0.95 * len(true)
    assert evidence.advice[0].act == "marks.hide"


def test_blur_grows_with_blur():
    image = textured(3)
    values = [picture_quality.blur(np.asarray(image.filter(ImageFilter.GaussianBlur(r)))) for r in (0, 1, 2, 4)]
    assert values == sorted(values)
    assert values[0] < 0.4 < 0.6 < values[-1]
    assert picture_quality.blur(np.full((40, 40, 3), 90, np.uint8)) == 1


def test_texts_are_read_for_what_they_hold():
    assert picture_quality.garbled("A perfectly normal sentence, isn't it?") == 0
    assert picture_quality.garbled("Ein schÃ¶ner Tag in MÃ¼nchen") > 0.05
    assert picture_quality.script("Привет, мир") == "Cyrillic"
    assert picture_quality.script("港の鷺") == "CJK"
    assert picture_quality.letters("…—…") == 0
