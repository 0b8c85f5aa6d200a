"""Visualness, concepts and why an item was found: planted answers are recovered."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from engine.diagnostics.concepts import few_concepts
from engine.diagnostics.visualness import standing_out
from engine.diagnostics.why_hit import covers
from engine.errors import UserFixable
from engine.evidence import Table
from engine.jobs.progress import Progress
from engine.models.specs import ImageSpec
from engine.values import Filter
from tests.support.measured_library import measured_library
from tests.support.vector_library import vector_library


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def area_under_curve(good: np.ndarray, bad: np.ndarray) -> float:
    return float((good[:, None] > bad[None, :]).mean())


def test_texts_that_show_something_stand_out_from_texts_that_do_not(tmp_path):
    """As in the seed's check: visual texts share what some picture shows, abstract ones point elsewhere with the same noise."""
    random = np.random.default_rng(0)
    things = random.normal(size=(30, 48))
    pictures = unit(things[random.integers(0, 30, 300)] + 0.5 * random.normal(size=(300, 48)))
    visual = unit(things[random.integers(0, 30, 60)] + 0.8 * random.normal(size=(60, 48)))
    abstract = unit(random.normal(size=(60, 48)))
    assert area_under_curve(standing_out(visual, pictures), standing_out(abstract, pictures)) >= 0.8
    with vector_library(tmp_path, pictures, np.concatenate([visual, abstract])) as engine:
        evidence = engine.diagnostics.measure("visualness", Progress()).evidence
        hardest = next(part for part in evidence.parts if isinstance(part, Table)).item_ids[:30]
        assert np.mean([number > 360 for number in hardest]) >= 0.8


class Named:
    """Stands in for an encoder whose concept n is the direction n."""

    kinds = frozenset(("text",))

    def __init__(self, width):
        self.width = width

    def encode_texts(self, texts):
        return np.eye(self.width, dtype=np.float32)[[int(text.split()[-1]) for text in texts]]


@pytest.fixture
def classed(tmp_path):
    """240 pictures of 12 classes; class c shows the concepts 4c to 4c + 3 of 60 (vectors: how much of each is shown)."""
    random = np.random.default_rng(1)
    shown = 0.6 * random.normal(size=(240, 60))
    for number in range(240):
        c = number % 12
        shown[number, 4 * c : 4 * c + 4] += 2.0
    with vector_library(tmp_path, unit(shown), np.empty((0, 60))) as engine:
        engine.models._encoders["given"] = Named(60)
        yield engine


def test_a_class_is_explained_by_the_few_concepts_it_was_made_of(classed):
    listed = ",".join(f"concept {n}" for n in range(60))
    for c in (0, 5, 11):
        chosen = Filter(item_ids=tuple(n + 1 for n in range(240) if n % 12 == c))
        evidence = classed.diagnostics.measure(
            "concepts", Progress(), wanted=chosen, parameters={"most": 8, "words": listed}
        ).evidence
        table = evidence.parts[0]
        assert len(table.rows) <= 8
        assert {row[0] for row in table.rows[:4]} == {f"concept {4 * c + k}" for k in range(4)}
        assert evidence.parts[1].measures[0].value >= 95
    without = classed.diagnostics.measure(
        "concepts", Progress(), wanted=chosen, parameters={"words": listed, "without": "concept 44"}
    ).evidence
    assert "concept 44" not in {row[0] for row in without.parts[0].rows}


def test_choosing_everything_or_almost_nothing_gets_a_sentence(classed):
    for wanted, said in ((Filter(), "Everything is chosen"), (Filter(item_ids=(1, 2)), "At least 3 pictures")):
        with pytest.raises(UserFixable, match=said):
            classed.diagnostics.measure("concepts", Progress(), wanted=wanted)


def test_few_concepts_never_uses_more_than_it_may():
    random = np.random.default_rng(2)
    scores = random.normal(size=(80, 30))
    truth = (scores[:, 3] - scores[:, 9] > 0).astype(float)
    for most in (1, 2, 6):
        made = few_concepts(scores, truth, most)
        assert 1 <= (np.abs(made.weights) > 0).sum() <= most
    made = few_concepts(scores, truth, 2)
    assert set(np.flatnonzero(made.weights)) == {3, 9}
    assert made.weights[3] > 0 > made.weights[9]


class Eye:
    """Stands in for a model that looks for red: its score is the share of red in the picture, wherever it is."""

    kinds = frozenset(("image", "text"))
    image = ImageSpec(96)

    def encode_images(self, batch):
        red = (batch[..., 0].astype(float) - batch[..., 2] > 80).mean(axis=(1, 2))
        return np.stack([red, np.sqrt(1 - red**2)], axis=1).astype(np.float32)

    def encode_texts(self, texts):
        return np.array([[1.0, 0.0] if "red" in text else [0.0, 1.0] for text in texts], np.float32)


def test_covering_the_part_that_counts_lowers_the_score_more_than_a_random_part(tmp_path):
    """The deletion test, on 40 pictures with a red square somewhere on grey."""
    random = np.random.default_rng(3)
    won = 0
    with vector_library(tmp_path, np.tile([[0.6, 0.8]], (40, 1)), np.empty((0, 2))) as engine:
        engine.models._encoders["given"] = Eye()
        for number in range(40):
            picture = np.full((96, 96, 3), 120, np.uint8)
            y, x = random.integers(0, 72, 2)
            picture[y : y + 20, x : x + 20] = (220, 30, 30)
            held = io.BytesIO()
            Image.fromarray(picture).save(held, "PNG")
            engine.thumbnails.put(number + 1, 384, held.getvalue())
            evidence = engine.diagnostics.measure(
                "why_hit", Progress(), parameters={"words": "a red thing", "item": number + 1}
            ).evidence
            parts = next(
                part for part in evidence.parts if isinstance(part, Table) and part.title == "Parts of the picture"
            )
            row, column = (int(word.split()[-1]) - 1 for word in parts.rows[0][0].split(","))
            copies = covers(picture, 6)
            scores = Eye().encode_images(np.stack([copies[6 * row + column], copies[int(random.integers(36))]]))[:, 0]
            won += scores[0] < scores[1] or parts.rows[0][1] >= max(r[1] for r in parts.rows)
            assert scores[0] <= scores[1]
    assert won >= 36


def test_the_word_that_counts_is_named(tmp_path):
    with measured_library(tmp_path, 40) as engine:
        engine.models._encoders["tiny"] = Eye()
        held = io.BytesIO()
        Image.new("RGB", (96, 72), (220, 30, 30)).save(held, "PNG")
        engine.thumbnails.put(1, 384, held.getvalue())
        evidence = engine.diagnostics.measure(
            "why_hit", Progress(), parameters={"words": "one red thing", "item": 1}
        ).evidence
        words = next(part for part in evidence.parts if isinstance(part, Table) and part.title == "Words")
        assert words.rows[0][0] == "red"
        assert "“red”" in evidence.headline


def test_a_hit_cannot_be_explained_without_words_or_item(tmp_path):
    with measured_library(tmp_path, 20) as engine:
        for given in ({}, {"words": "red"}, {"item": 1}, {"words": "red", "item": 999}):
            with pytest.raises(UserFixable, match="the words and the item are needed"):
                engine.diagnostics.measure("why_hit", Progress(), parameters=given)
