"""Duplicates: copies are found however they were saved again, look-alikes are not, and answers are remembered."""

from __future__ import annotations

import json
import shutil
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from engine.commands.main import main
from engine.diagnostics.same_picture import SIDE, Sight, likeness
from engine.engine import Engine
from engine.evidence import Groups
from engine.jobs.progress import Progress
from engine.workflows.add_folders import AddFolders


def scene(seed: int, size: tuple[int, int] = (320, 240)) -> Image.Image:
    """A picture with structure at all sizes, as photos have: clouds of colour with shapes on them."""
    random = np.random.default_rng(seed)
    total = np.zeros((size[1], size[0], 3), np.float32)
    for cells, strength in ((3, 90), (6, 60), (12, 40), (28, 25)):
        coarse = random.uniform(-1, 1, (cells, cells, 3)).astype(np.float32)
        planes = [Image.fromarray(coarse[..., c]).resize(size, Image.Resampling.BICUBIC) for c in range(3)]
        total += strength * np.stack([np.asarray(plane) for plane in planes], axis=-1)
    image = Image.fromarray(np.clip(total + 128, 0, 255).astype(np.uint8))
    pencil = ImageDraw.Draw(image)
    for _ in range(6):
        x, y, r = random.integers(0, size[0]), random.integers(0, size[1]), random.integers(10, 50)
        pencil.ellipse((x - r, y - r, x + r, y + r), fill=tuple(int(v) for v in random.integers(0, 255, 3)))
    return image


def marked(image: Image.Image) -> Image.Image:
    image = image.copy()
    ImageDraw.Draw(image).text((200, 210), "(c) 2019 archive", fill="white")
    return image


CHANGES = {
    "smaller": lambda image: image.resize((160, 120)),
    "cut a little": lambda image: image.crop((12, 8, 310, 232)),
    "cut a lot": lambda image: image.crop((40, 20, 300, 220)),
    "turned": lambda image: image.rotate(90, expand=True),
    "upside down": lambda image: image.rotate(180),
    "mirrored": ImageOps.mirror,
    "lighter": lambda image: ImageEnhance.Brightness(image).enhance(1.25),
    "paler": lambda image: ImageEnhance.Contrast(image).enhance(0.7),
    "grey": lambda image: image.convert("L").convert("RGB"),
    "marked": marked,
    "softer": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
    "framed": lambda image: ImageOps.expand(image, 10, "white"),
}


def sight(image: Image.Image) -> Sight:
    image = image.copy()
    image.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    return Sight.of(np.asarray(image))


@pytest.mark.parametrize("change", CHANGES)
def test_a_picture_is_recognised_when_it_was(change):
    for seed in range(4):
        assert likeness(sight(scene(seed)), sight(CHANGES[change](scene(seed)))) > 0.9


def test_different_pictures_are_not_one():
    views = [sight(scene(seed)) for seed in range(12)]
    assert not any(likeness(one, other) for one, other in combinations(views, 2))


def test_plain_pictures_are_one_only_when_they_hardly_differ():
    sky = np.linspace(150, 230, 48)[:, None, None] + np.zeros((48, 48, 3))
    random = np.random.default_rng(0)
    noisy = [Sight.of(np.clip(sky + random.normal(0, 1.5, sky.shape), 0, 255).astype(np.uint8)) for _ in range(2)]
    darker = Sight.of(np.clip(sky - 25, 0, 255).astype(np.uint8))
    bluer = Sight.of(np.clip(sky + np.array([-20, 0, 20]), 0, 255).astype(np.uint8))
    assert likeness(*noisy) > 0
    assert likeness(noisy[0], darker) == likeness(noisy[0], bluer) == 0


def test_something_more_or_less_in_the_picture_is_another_picture():
    image = scene(1)
    more = image.copy()
    ImageDraw.Draw(more).rectangle((60, 60, 230, 190), fill=(250, 240, 20))
    assert likeness(sight(image), sight(more)) == 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("archive")
    photos = made / "photos"
    (photos / "old copies").mkdir(parents=True)
    for number in range(12):
        scene(number).save(photos / f"{number:02}.png")
    shutil.copy(photos / "00.png", photos / "old copies" / "00 (1).png")
    CHANGES["smaller"](scene(1)).save(photos / "old copies" / "01_web.jpg", quality=60)
    CHANGES["cut a little"](scene(1)).save(photos / "01_cut.jpg", quality=90)
    CHANGES["turned"](scene(2)).save(photos / "02_turned.jpg", quality=85)
    (photos / "note.txt").write_text("A heron stands in the harbour at night.")
    with Engine.open(made / "library") as engine:
        engine.jobs.wait(engine.jobs.submit(AddFolders((str(photos),))), 100)
    return made


def groups(engine) -> list[set[str]]:
    evidence = engine.diagnostics.measure("duplicates", Progress(), parameters={"series": 0}).evidence
    found = next(part for part in evidence.parts if isinstance(part, Groups))
    return sorted(({Path(member.path).name for member in group.members} for group in found.groups), key=sorted)


PLANTED = [{"00.png", "00 (1).png"}, {"01.png", "01_web.jpg", "01_cut.jpg"}, {"02.png", "02_turned.jpg"}]


def test_the_command_lists_groups_with_the_one_to_keep(folder, capsys):
    assert main(["duplicates", "--library", str(folder / "library"), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(set(line) == {"group", "path", "kind", "keep"} for line in lines)
    assert {Path(line["path"]).name for line in lines if line["keep"]} == {"00.png", "01.png", "02.png"}
    assert {Path(line["path"]).name for line in lines if line["kind"] == "exact"} == {"00.png", "00 (1).png"}
    assert len({line["group"] for line in lines}) == 3


def test_answers_are_remembered_and_taken_back(folder):
    with Engine.open(folder / "library") as engine:
        assert groups(engine) == PLANTED
        report = engine.diagnostics.latest("duplicates")
        review = engine.diagnostics.copy_review(report)
        exact, three, turned = sorted(review.open(), key=lambda group: (group.kind != "exact", -len(group.members)))
        assert "the most pixels" in three.why
        assert "a place that is not for copies" in exact.why
        before = engine.items.counts().items
        assert review.refuse(turned).sentence == "Said that 1 pair are no duplicates."
        assert review.accept([three]).sentence == "Set aside 2 copies."
        assert review.open() == [exact]
        assert engine.items.counts().items == before - 2
        assert review.accept([exact]).sentence == "Left 1 file in all places."
        assert groups(engine) == []
        for _ in range(3):
            engine.marks.undo()
        assert engine.items.counts().items == before
        assert groups(engine) == PLANTED
        assert len(review.open()) == 3
    assert sorted(path.name for path in (folder / "photos").rglob("*.*")) == sorted(
        [f"{number:02}.png" for number in range(12)]
        + ["00 (1).png", "01_web.jpg", "01_cut.jpg", "02_turned.jpg", "note.txt"]
    )


def test_another_copy_of_an_accepted_file_is_asked_about_again(folder):
    with Engine.open(folder / "library") as engine:
        groups(engine)
        review = engine.diagnostics.copy_review(engine.diagnostics.latest("duplicates"))
        review.accept([group for group in review.open() if group.kind == "exact"])
        shutil.copy(folder / "photos" / "00.png", folder / "photos" / "once more.png")
        engine.jobs.wait(engine.jobs.submit(AddFolders((str(folder / "photos"),))), 100)
        assert {"00.png", "00 (1).png", "once more.png"} in groups(engine)


def test_shots_taken_one_after_the_other_are_a_series(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    for number, second in enumerate((0, 1, 2, 40)):
        exif = Image.Exif()
        exif[0x0110] = "Alpha 1"
        exif.get_ifd(0x8769)[0x9003] = f"2020:05:01 10:00:{second:02}"
        scene(20 + number).save(photos / f"{number}.jpg", exif=exif)
    with Engine.open(tmp_path / "library") as engine:
        engine.jobs.wait(engine.jobs.submit(AddFolders((str(photos),))), 100)
        found = engine.diagnostics.measure("duplicates", Progress()).evidence.parts[1]
        assert [(group.kind, len(group.members)) for group in found.groups] == [("series", 3)]
