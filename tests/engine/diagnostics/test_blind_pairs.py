"""Blind pairs: exact, complete, reviewable, with answers that can be taken back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.commands.main import main
from engine.diagnostics import close_pairs
from engine.engine import Engine
from engine.errors import UserFixable
from engine.jobs.progress import Progress
from engine.models.classical import describe
from engine.values import VectorEntry
from tests.support.vector_library import vector_library


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("rows", [3, 900, 2600])
def test_the_close_pairs_are_those_of_brute_force(rows):
    random = np.random.default_rng(rows)
    vectors = unit(random.normal(size=(rows // 3 + 1, 48)).repeat(3, 0)[:rows] + 0.3 * random.normal(size=(rows, 48)))
    found = close_pairs.close_pairs(vectors, 0.8)
    true = vectors.astype(np.float64) @ vectors.astype(np.float64).T
    a, b = np.nonzero(np.triu(true >= 0.8, 1))
    assert list(zip(found.a, found.b)) == list(zip(a, b))
    np.testing.assert_allclose(found.cosine, true[a, b], atol=1e-12)


def test_a_flood_of_close_pairs_raises_the_floor_and_keeps_the_closest():
    vectors = unit(np.ones((1, 16)) + 0.1 * np.random.default_rng(0).normal(size=(500, 16)))
    found = close_pairs.close_pairs(vectors, 0.5, most=2_000)
    true = (vectors.astype(np.float64) @ vectors.astype(np.float64).T)[np.triu_indices(500, 1)]
    assert 1_000 <= len(found.a) <= 2_000
    assert len(found.a) == (true >= found.floor).sum()


@pytest.fixture
def planted(tmp_path):
    """The seed's own check: model A sees z, B mostly the hidden u; 60 pairs with equal z and different u, 60 true copies."""
    random = np.random.default_rng(3)
    z, u = random.normal(size=(1500, 16)), random.normal(size=(1500, 16))
    z[60:120], z[180:240], u[180:240] = z[:60], z[120:180], u[120:180]
    noise = 0.1 * random.normal(size=(2, 1500, 64))
    first = unit(z @ random.normal(size=(16, 64)) + noise[0])
    second = unit(0.5 * z @ random.normal(size=(16, 64)) + 2 * u @ random.normal(size=(16, 64)) + noise[1])
    with vector_library(tmp_path, first, np.empty((0, 64))) as engine:
        wide = np.concatenate([second, np.zeros((1500, 540 - 64), np.float32)], axis=1)
        engine.vectors.add(engine.models.space("classical").id, [VectorEntry(n + 1) for n in range(1500)], wide)
        yield engine


def pairs_of(report) -> set[tuple[int, int]]:
    return {(pair.a, pair.b) for pair in report.evidence.parts[0].pairs}


def test_planted_pairs_are_found_and_copies_are_not(planted):
    report = planted.diagnostics.measure("blind_pairs", Progress(), parameters={"above": 0.9, "below": 0.6})
    true = {(n + 1, n + 61) for n in range(60)}
    found = pairs_of(report)
    assert len(found & true) >= 0.95 * 60
    assert len(found & true) >= 0.9 * len(found)
    assert not found & {(n + 121, n + 181) for n in range(60)}
    assert report.evidence.headline.startswith(f"{len(found)} pairs of 1,500 pictures")


def test_limits_move_without_a_new_search(planted):
    report = planted.diagnostics.measure("blind_pairs", Progress(), parameters={"above": 0.95})
    review = planted.diagnostics.pair_review(planted.diagnostics.report(report.id))
    first, second = (
        planted.vectors.of(planted.models.space(key).id, np.arange(1, 1501))[1] for key in (None, "classical")
    )
    clip, vision = first @ first.T, second @ second.T
    upper = np.triu(np.ones_like(clip, bool), 1)
    for above, below in ((0.95, 0.6), (0.9, 0.3), (0.87, 0.9)):
        assert review.count(above, below) == pytest.approx((upper & (clip >= above) & (vision <= below)).sum(), abs=1)
    assert review.page(0.9, 0.6, first=5, count=3) == review.page(0.9, 0.6)[5:8]
    strange = [pair.clip - pair.vision for pair in review.page(0.9, 0.6)]
    assert strange == sorted(strange, reverse=True)
    assert review.page(0.9, 0.6)[0].clip_share > 0.99
    assert review.count(0.9999, -0.9) == 0
    above, below, count = review.widened(0.9999, 0.2)
    assert count > 0
    assert count == review.count(above, below)


def test_one_picture_stands_in_few_of_the_listed_pairs(planted):
    def most(setting: int) -> int:
        report = planted.diagnostics.measure(
            "blind_pairs", Progress(), parameters={"above": 0.3, "below": 0.9, "per_item": setting, "shown": 5000}
        )
        return int(np.bincount([n for pair in pairs_of(report) for n in pair]).max())

    assert most(2) == 2
    assert most(0) > 2


def test_answers_are_kept_counted_and_taken_back(planted, tmp_path):
    report = planted.diagnostics.measure("blind_pairs", Progress(), parameters={"above": 0.9})
    review = planted.diagnostics.pair_review(report)
    one, two = review.page(0.9, 0.6, count=2)
    assert planted.judgements.judge("blind_pair", [(one.b, one.a)], "differ", "quantity and count").sentence == (
        "Said that 1 pair differ."
    )
    planted.judgements.judge("blind_pair", [(two.a, two.b)], "same")
    assert review.reviewed(0.9, 0.6) == {"differ": 1, "same": 1, "unsure": 0}
    assert review.page(0.9, 0.6, count=1)[0].pattern == "quantity and count"
    planted.judgements.judge("blind_pair", [(one.a, one.b)], "unsure")
    planted.marks.undo()
    assert review.page(0.9, 0.6, count=1)[0].verdict == "differ"
    assert review.write_sheet(tmp_path / "sheet.csv", planted.items.cards) == 1
    (row,) = csv.DictReader((tmp_path / "sheet.csv").open())
    assert (row["pattern"], row["question"]) == ("quantity and count", "")
    planted.marks.undo()
    planted.marks.undo()
    assert planted.judgements.of("blind_pair") == {}
    planted.marks.redo()
    folder = planted.folder
    planted.close()
    with Engine.open(folder) as again:
        assert [said.verdict for said in again.judgements.of("blind_pair").values()] == ["differ"]


def test_a_question_sheet_needs_an_answer_first(planted, tmp_path):
    report = planted.diagnostics.measure("blind_pairs", Progress(), parameters={"above": 0.9})
    with pytest.raises(UserFixable, match="No pair was called different yet"):
        planted.diagnostics.pair_review(report).write_sheet(tmp_path / "sheet.csv", planted.items.cards)


class TestWhatIsNeeded:
    def refused(self, engine, **parameters) -> str:
        with pytest.raises(UserFixable) as told:
            engine.diagnostics.measure("blind_pairs", Progress(), parameters=parameters)
        return str(told.value)

    def test_a_second_opinion(self, tmp_path):
        with vector_library(tmp_path, unit(np.random.default_rng(0).normal(size=(9, 32))), np.empty((0, 32))) as engine:
            said = self.refused(engine)
            assert said.startswith("A second opinion is needed. “classical” is built in, and no picture was indexed")
            assert "cannot be its own second opinion" in self.refused(engine, second="given")
            with pytest.raises(UserFixable, match="knows no words"):
                engine.models.use("classical")

    def test_three_pictures(self, tmp_path):
        with vector_library(tmp_path, unit(np.eye(2, 32)), np.empty((0, 32))) as engine:
            assert self.refused(engine).startswith(
                "At least 3 pictures with vectors of “given” are needed; 2 of them are here."
            )

    def test_pictures_that_are_not_all_the_same(self, tmp_path):
        with vector_library(tmp_path, unit(np.ones((9, 32))), np.empty((0, 32))) as engine:
            wide = unit(np.random.default_rng(0).normal(size=(9, 540)))
            engine.vectors.add(engine.models.space("classical").id, [VectorEntry(n + 1) for n in range(9)], wide)
            assert self.refused(engine).startswith("All these pictures have the same vector")


def draw(folder: Path) -> None:
    """Twenty shapes of their own colour and place; picture 1 mirrored, picture 2 saved again smaller."""
    random = np.random.default_rng(0)
    for number in range(20):
        image = Image.new("RGB", (160, 160), tuple(int(v) for v in random.integers(120, 255, 3)))
        pencil = ImageDraw.Draw(image)
        x, y = (int(v) for v in random.integers(10, 60, 2))
        colour = tuple(int(v) for v in random.integers(0, 120, 3))
        pencil.polygon([(x, y), (x + 80, y + 10), (x + 20, y + 70)], fill=colour)
        pencil.ellipse((x + 50, y + 40, x + 90, y + 70), fill=colour[::-1])
        image.save(folder / f"{number:02}.png")
        if number == 1:
            image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(folder / "01_mirrored.png")
        if number == 2:
            image.resize((120, 120)).save(folder / "02_again.jpg", quality=70)


def test_the_classical_opinion_tells_a_mirrored_picture_from_a_copy(tmp_path):
    draw(tmp_path)
    pixels = {path.stem: np.asarray(Image.open(path).convert("RGB").resize((96, 96))) for path in tmp_path.iterdir()}
    vectors = dict(zip(pixels, describe(np.stack(list(pixels.values())))))
    assert vectors["02"] @ vectors["02_again"] > 0.94
    assert vectors["01"] @ vectors["01_mirrored"] < 0.6
    assert np.isfinite(describe(np.zeros((1, 96, 96, 3), np.uint8))).all()


def test_the_command_finds_the_mirrored_picture_in_a_folder(tmp_path, capsys):
    photos, library = tmp_path / "photos", str(tmp_path / "library")
    photos.mkdir()
    draw(photos)
    assert main(["index", str(photos), "--library", library, "--json"]) == 0
    capsys.readouterr()
    assert main(["pairs", "--above", "0.9", "--below", "0.7", "--library", library, "--json"]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(set(line) == {"a", "b", "clip", "vision"} for line in found)
    named = [{Path(line["a"]).name, Path(line["b"]).name} for line in found]
    assert {"01.png", "01_mirrored.png"} in named
    assert {"02.png", "02_again.jpg"} not in named
    assert all(line["clip"] >= 0.9 and line["vision"] <= 0.7 for line in found)
