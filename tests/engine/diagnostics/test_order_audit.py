"""The order audit: an encoder that reads only words is at chance, one that reads order is not, and a constant one gets half."""

from __future__ import annotations

import zlib
from itertools import pairwise

import numpy as np
import pytest

from engine.diagnostics import word_swaps
from engine.errors import UserFixable
from engine.evidence import Measures, Table
from engine.jobs.progress import Progress
from tests.support.vector_library import vector_library

WIDTH = 64
NOUNS = [
    "ball",
    "cup",
    "house",
    "boat",
    "dog",
    "horse",
    "tree",
    "lamp",
    "bridge",
    "tower",
    "piano",
    "bottle",
    "chair",
    "table",
    "car",
    "bus",
]
COLOURS = ["red", "blue", "green", "yellow", "black", "white", "brown"]


def of(word: str) -> np.ndarray:
    return np.random.default_rng(zlib.crc32(word.encode())).normal(size=WIDTH)


class Planted:
    """Stands in for a model's encoder: sentences to vectors, by words alone (with a little noise) or by words and order."""

    kinds = frozenset(("image", "text"))

    def __init__(self, order: float, noise: float = 0.02, constant: bool = False) -> None:
        self.order, self.noise, self.constant = order, noise, constant

    def encode_texts(self, texts):
        return np.stack([self.one(text) for text in texts]).astype(np.float32)

    def one(self, text: str) -> np.ndarray:
        if self.constant:
            return np.eye(1, WIDTH)[0]
        words = [word.lower() for word in word_swaps.WORD.findall(text)]
        made = sum(of(word) for word in words) + self.noise * of("noise " + text)
        made = made + self.order * sum(of(" ".join(two)) for two in pairwise(words))
        return made / np.linalg.norm(made)


def captions(count: int) -> list[str]:
    random = np.random.default_rng(0)
    made = []
    for _ in range(count):
        (a, b), (c, d), n = random.choice(NOUNS, 2, False), random.choice(COLOURS, 2, False), random.choice(4, 2, False)
        numbers = ("one", "two", "three", "four")
        made.append(f"A {c} {a} on a {d} {b}, {numbers[n[0]]} stars and {numbers[n[1]]} moons.")
    return made


def audited(folder, encoder, words, **parameters):
    seen = encoder.encode_texts([" ".join(word_swaps.WORD.findall(text)) for text in words])
    with vector_library(folder, seen, np.zeros((len(words), WIDTH)) + np.eye(1, WIDTH), words) as engine:
        engine.models._encoders["given"] = encoder  # what the tiny model would say is replaced by the planted encoder
        evidence = engine.diagnostics.measure("order_audit", Progress(), parameters=parameters).evidence
    return {one.name: one for part in evidence.parts if isinstance(part, Measures) for one in part.measures}, evidence


def test_an_encoder_that_reads_words_alone_is_at_chance(tmp_path):
    found, evidence = audited(tmp_path, Planted(order=0), captions(600))
    assert set(found) == {"attributes", "relations", "counting", "word_order"}
    for one in found.values():
        assert abs(one.value - 50) <= 6
        assert one.interval[0] <= 50 <= one.interval[1] + 2
        assert one.verdict == "look"
    assert abs(np.mean([one.value for one in found.values()]) - 50) <= 3
    assert "words more than sentences" in evidence.headline
    assert evidence.advice[0].act == "train:align"


def test_an_encoder_that_reads_order_passes(tmp_path):
    found, evidence = audited(tmp_path, Planted(order=1.0), captions(300))
    assert min(one.value for one in found.values()) >= 95
    assert {one.verdict for one in found.values()} == {"good"}
    assert evidence.advice == ()


def test_a_constant_encoder_gets_half(tmp_path):
    found, _ = audited(tmp_path, Planted(order=0, constant=True), captions(60))
    assert {one.value for one in found.values()} == {50.0}


def test_the_failing_pictures_are_listed_with_both_sentences(tmp_path):
    _, evidence = audited(tmp_path, Planted(order=0), captions(120))
    table = next(part for part in evidence.parts if isinstance(part, Table))
    true, right, wrong, its, _ = table.rows[0]
    assert sorted(word_swaps.WORD.findall(true.lower())) == sorted(word_swaps.WORD.findall(wrong.lower()))
    assert right <= its + 1e-6
    assert 1 <= table.item_ids[0] <= 120


@pytest.mark.parametrize(
    ("kind", "sentence", "made"),
    [
        ("attributes", "A red ball beside a white cup.", "A white ball beside a red cup."),
        ("relations", "A dog on a horse", "A horse on a dog"),
        ("counting", "Two boats and three cars", "Three boats and two cars"),
        ("attributes", "Ein roter Ball und eine weiße Tasse", "Ein weiße Ball und eine roter Tasse"),
    ],
)
def test_two_words_of_a_kind_change_places(kind, sentence, made):
    assert word_swaps.swapped(sentence, kind, np.random.default_rng(0)) == made


def test_what_cannot_be_changed_is_left_out():
    random = np.random.default_rng(0)
    for sentence in ("IMG_2231", "a red ball", "a red ball and a red cup", "", "港の鷺"):
        assert word_swaps.swapped(sentence, "attributes", random) is None
        assert word_swaps.swapped(sentence, "relations", random) is None


def test_too_few_or_no_captions_get_a_sentence(tmp_path):
    with pytest.raises(UserFixable, match="Of 30 captions only 0"):
        audited(tmp_path / "a", Planted(0), ["IMG_2231"] * 30)
    with (
        vector_library(tmp_path / "b", np.eye(5, WIDTH), np.empty((0, WIDTH))) as engine,
        pytest.raises(UserFixable, match="no captions"),
    ):
        engine.diagnostics.measure("order_audit", Progress())
    found, evidence = audited(tmp_path / "c", Planted(0), ["A dog on a horse"] * 40)
    assert "Attributes left out: only 0 captions" in evidence.left_out[0]
    assert set(found) == {"relations"} | ({"word_order"} & set(found))
