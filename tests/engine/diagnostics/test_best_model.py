"""Which model is best: planted qualities are told apart, differences that are none are not, and ranks are those of a plain count."""

from __future__ import annotations

import numpy as np
import pytest

from engine.diagnostics.best_model import Questions, rank_variance, ranks_of
from engine.errors import UserFixable
from engine.evidence import Table
from engine.jobs.progress import Progress
from engine.values import VectorEntry
from tests.support.tiny_model import make_tiny_model
from tests.support.vector_library import vector_library

WIDTH = 32


def unit(rows: np.ndarray) -> np.ndarray:
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def planted(count: int, seed: int = 0) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """(pictures, sentence vectors of three models whose captions point ever less well at their picture)."""
    random = np.random.default_rng(seed)
    pictures = unit(random.normal(size=(count, WIDTH)))
    return pictures, {
        name: unit(pictures + noise * random.normal(size=pictures.shape))
        for name, noise in (("good", 0.2), ("fair", 0.32), ("poor", 0.55))
    }


class Spoken:
    """Stands in for a model's encoder: what sentence number n means."""

    kinds = frozenset(("text",))
    device_key = "CPU"

    def __init__(self, vectors):
        self.vectors = vectors

    def encode_texts(self, texts):
        return self.vectors[[int(text.split()[-1]) for text in texts]]

    def memory_bytes(self):
        return 4_000_000


@pytest.fixture
def three(tmp_path):
    pictures, models = planted(150)
    with vector_library(tmp_path, pictures, np.zeros((150, WIDTH)) + np.eye(1, WIDTH)) as engine:
        for place, (name, vectors) in enumerate(models.items()):
            engine.models.add(make_tiny_model(tmp_path / name, seed=place + 1), name)
            engine.models._encoders[name] = Spoken(vectors)
            engine.vectors.add(engine.models.space(name).id, [VectorEntry(n + 1) for n in range(150)], pictures)
            engine.models.remember_measured(
                name, "CPU", {"items_per_second": {"image": 10.0 + place, "text": 20.0}, "towers": {}}
            )
        engine.models._encoders["given"] = Spoken(np.roll(pictures, 1, axis=0))
        engine.models.remember_measured("given", "CPU", {"items_per_second": {"image": 1.0, "text": 1.0}, "towers": {}})
        yield engine


def test_the_best_model_is_named_with_intervals_speed_and_memory(three):
    evidence = three.diagnostics.measure("best_model", Progress()).evidence
    table = next(part for part in evidence.parts if isinstance(part, Table))
    assert [row[0] for row in table.rows] == ["good", "fair", "poor", "given"]
    for row in table.rows:
        named = dict(zip(table.columns, row))
        assert named["MRR from"] <= named["MRR"] <= named["MRR to"]
        assert named["R@1"] <= named["R@5"] <= named["R@10"]
        assert named["MB"] == 4.0
    assert evidence.headline.startswith("“good” is best for this archive")
    assert evidence.advice[0].act == "models.use:good"
    assert any("“starter” was left out" in sentence for sentence in evidence.left_out)


def test_the_planted_order_is_recovered_from_fifty_questions_in_95_of_100_draws():
    pictures, models = planted(2000, seed=1)
    ranks = {
        name: ranks_of(vectors, pictures, [np.array([n]) for n in range(2000)]) for name, vectors in models.items()
    }
    random, right = np.random.default_rng(0), 0
    for _ in range(100):
        drawn = random.integers(0, 2000, 50)
        right += sorted(ranks, key=lambda name: -float((1 / ranks[name][drawn]).mean())) == ["good", "fair", "poor"]
    assert right >= 95


def test_ranks_are_those_of_a_plain_count():
    random = np.random.default_rng(2)
    pictures, asked = unit(random.normal(size=(40, 8))), unit(random.normal(size=(20, 8)))
    answers = [np.sort(random.permutation(40)[:3]) for _ in range(20)]
    for question, right, rank in zip(asked, answers, ranks_of(asked, pictures, answers)):
        order = sorted(range(40), key=lambda n: -float(pictures[n] @ question))
        best = min(order.index(place) for place in right)
        assert rank == 1 + best
    same = np.tile(unit(np.ones((1, 8))), (41, 1))
    assert ranks_of(same[:1], same, [np.array([0])])[0] == 1 + 0.5 * 40


def test_rank_variance_is_the_mean_over_pictures_of_the_variance_over_languages():
    answers = [np.array([n]) for n in (0, 0, 1, 1, 2)]
    variance, spread = rank_variance(
        np.array([1, 5, 2, 2, 9.0]), Questions([""] * 5, answers, ["en", "de", "en", "de", "en"])
    )
    assert (variance, spread) == (2.0, 1.0)  # picture 0: ranks 1 and 5; picture 1: 2 and 2; picture 2: one language
    assert rank_variance(np.ones(2), Questions(["", ""], answers[:2], ["en", "en"])) == (None, None)


def test_tags_serve_as_questions(three):
    for number in range(12):
        three.marks.tag([number + 1, number + 2], f"tag {number}")
    evidence = three.diagnostics.measure("best_model", Progress(), parameters={"ask": "tags"}).evidence
    table = next(part for part in evidence.parts if isinstance(part, Table))
    assert table.note.startswith("12 tags asked among 150 pictures")
    assert table.rows[0][0] == "good"


def test_too_few_questions_get_a_sentence(tmp_path):
    with vector_library(tmp_path, unit(np.eye(5, WIDTH)), unit(np.eye(4, WIDTH))) as engine:
        for ask, said in (("captions", "At least 10 captions"), ("tags", "At least 10 tags")):
            with pytest.raises(UserFixable, match=said):
                engine.diagnostics.measure("best_model", Progress(), parameters={"ask": ask})
