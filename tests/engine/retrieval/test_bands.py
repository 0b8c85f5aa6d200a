"""What is called likely mostly fits, what is absent finds nothing likely, and the claim is near the truth (G5)."""

from types import SimpleNamespace

import numpy as np
import pytest

from engine.retrieval import bands
from engine.retrieval.archive import Archive
from engine.retrieval.background import Background, imagine_questions
from engine.retrieval.scoring import score_all
from engine.values import RowTable

DIMENSION = 128
CONCEPTS = 240  # in 24 families of 10 that are alike
PRESENT = 140
ITEMS = 6_000


def unit(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


@pytest.fixture(scope="module")
def world():
    """A labelled archive: pictures on one side of a modality gap, sentences on the other; concepts of very unequal frequency."""
    random = np.random.default_rng(0)
    families = random.normal(size=(24, DIMENSION))
    concepts = unit(0.55 * families.repeat(10, axis=0) + random.normal(size=(CONCEPTS, DIMENSION)))
    order = random.permutation(CONCEPTS)
    present, absent = order[:PRESENT], order[PRESENT:]
    share = 1 / np.arange(1, PRESENT + 1) ** 0.7
    label = present[random.choice(PRESENT, ITEMS, p=share / share.sum())]
    kinds = (random.random(ITEMS) < 0.3).astype(np.int8) * 2  # 0 pictures, 2 texts
    gap = unit(random.normal(size=DIMENSION))
    spread = np.where(kinds == 0, 1.2, 0.8)[:, None] / np.sqrt(DIMENSION)
    items = (
        concepts[label]
        + spread * random.normal(size=(ITEMS, DIMENSION))
        + np.where(kinds == 0, 1.0, -0.5)[:, None] * gap
    )
    words = unit(concepts + 0.3 / np.sqrt(DIMENSION) * random.normal(size=concepts.shape) - 0.5 * gap).astype(
        np.float32
    )
    matrix = unit(items).astype(np.float16)
    numbers = np.arange(ITEMS)
    nothing = np.full(ITEMS, np.nan, np.float32)
    table = RowTable(numbers, numbers + 1, np.zeros(ITEMS, np.int32), nothing, nothing)
    archive = Archive.of(table, lambda ids: kinds[ids - 1])
    references = words[random.permutation(CONCEPTS)[:96]]
    return SimpleNamespace(
        archive=archive,
        matrix=matrix,
        words=words,
        label=label,
        kinds=kinds,
        present=present,
        absent=absent,
        background=Background.of(archive, matrix, references, "text"),
    )


def ask(world, vector, background=None):
    return score_all(world.archive, world.matrix, vector, background or world.background)


def test_the_promise_of_likely_is_kept_within_ten_points(world):
    right, promised = [], []
    for concept in world.present[:60]:
        scored = ask(world, world.words[concept])
        likely = scored.surprise >= scored.limits.likely
        if likely.any():
            right.append((world.label[likely] == concept).mean())
            promised.append(scored.limits.fit_likely)
    assert len(right) >= 45
    assert np.mean(right) == pytest.approx(np.mean(promised), abs=0.10)


def test_absent_concepts_find_nothing_likely(world):
    empty = 0
    for concept in world.absent[:20]:
        scored = ask(world, world.words[concept])
        empty += not (scored.surprise >= scored.limits.likely).any()
    assert empty >= 18


def test_pictures_and_sentences_of_a_concept_stand_together_in_spite_of_the_gap(world):
    concept = world.present[0]
    scored = ask(world, world.words[concept])
    first = np.argsort(-scored.surprise)[:200]
    by_cosine = np.argsort(-scored.cosines)[:200]
    assert (world.kinds[by_cosine] == 0).mean() < 0.1  # the gap puts nearly every sentence before every picture
    pictures = first[world.kinds[first] == 0]
    assert len(pictures) > 20
    assert (world.label[pictures] == concept).mean() > 0.8


def test_the_order_within_a_kind_is_that_of_the_cosines(world):
    scored = ask(world, world.words[world.present[3]])
    pictures = world.kinds == 0
    assert (
        np.argsort(-scored.surprise[pictures], kind="stable") == np.argsort(-scored.cosines[pictures], kind="stable")
    ).all()


def test_an_example_finds_its_like(world):
    pictures = np.flatnonzero(world.kinds == 0)[:1000]
    imagined = imagine_questions(world.matrix[pictures].astype(np.float32), 96)
    background = Background.of(world.archive, world.matrix, imagined, "image", 0.8)
    right = []
    for number in pictures[:40]:
        scored = ask(world, world.matrix[number].astype(np.float32), background)
        likely = (scored.surprise >= scored.limits.likely) & (np.arange(ITEMS) != number)
        if likely.any():
            right.append((world.label[likely] == world.label[number]).mean())
    assert len(right) >= 25
    assert np.mean(right) >= 0.75


def test_nothing_but_noise_has_no_likely_items():
    random = np.random.default_rng(3)
    hits = 0
    for _ in range(200):
        limits = bands.measure_limits(random.exponential(size=2000), 2000)
        hits += (limits.bands(random.exponential(size=2000)) == bands.LIKELY).any()
    assert hits <= 40


def test_limits_follow_how_many_stand_out():
    random = np.random.default_rng(4)
    noise = random.exponential(size=2000)
    few = bands.measure_limits(np.concatenate([noise, np.full(5, 12.0)]), 2005)
    many = bands.measure_limits(np.concatenate([noise, np.full(300, 5.0)]), 2300)
    assert (few.bands(np.array([12.0, 3.0])) == [bands.LIKELY, bands.UNLIKELY]).all()
    assert many.bands(np.array([5.0]))[0] == bands.LIKELY
    assert 0.85 <= many.fit_likely <= 0.99
