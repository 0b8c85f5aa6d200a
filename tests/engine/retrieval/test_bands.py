"""What is called likely mostly fits, what is absent finds nothing likely, and the claim is near the truth (G5)."""

from types import SimpleNamespace

import numpy as np
import pytest

from engine.retrieval import bands, trust
from engine.retrieval.archive import Archive
from engine.retrieval.background import Background, imagine_questions
from engine.retrieval.scoring import score_all
from engine.retrieval.trust import IN_WORDS
from engine.values import KINDS, RowTable

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


def ask(world, vector, background=None, even_odds=IN_WORDS):
    return score_all(world.archive, world.matrix, vector, background or world.background, even_odds)


def chances(world, scored):
    return scored.chances_of(world.archive, scored.positions, scored.surprise)


def test_the_promise_of_likely_is_kept_within_ten_points(world):
    """With a model that hardly ever takes one thing for another: what stands out is right."""
    right, promised = [], []
    for concept in world.present[:60]:
        odds = chances(world, ask(world, world.words[concept], even_odds=dict.fromkeys(KINDS, 0.5)))
        likely = odds >= bands.LIKELY_FROM
        if likely.any():
            right.append((world.label[likely] == concept).mean())
            promised.append(odds[likely].mean())
    assert len(right) >= 45
    assert np.mean(right) == pytest.approx(np.mean(promised), abs=0.10)


def test_absent_concepts_find_nothing_likely(world):
    found = [chances(world, ask(world, world.words[concept])).max() for concept in world.absent[:20]]
    assert sum(best < bands.LIKELY_FROM for best in found) >= 18


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
    background = Background.of(world.archive, world.matrix, imagined, "image", imagined=True)
    right = []
    for number in pictures[:40]:
        odds = chances(
            world, ask(world, world.matrix[number].astype(np.float32), background, dict.fromkeys(KINDS, 1.5))
        )
        likely = (odds >= bands.LIKELY_FROM) & (np.arange(ITEMS) != number)
        if likely.any():
            right.append((world.label[likely] == world.label[number]).mean())
    assert len(right) >= 25
    assert np.mean(right) >= 0.75


def test_nothing_but_noise_has_no_likely_items():
    random = np.random.default_rng(3)
    hits = 0
    for _ in range(200):
        noise = random.exponential(size=2000)
        hits += (bands.chance(bands.Evidence.measured(noise, 2000).at(noise), 1.2) >= bands.LIKELY_FROM).any()
    assert hits <= 20


def test_the_evidence_is_how_many_more_items_stand_out_than_chance_would_have():
    random = np.random.default_rng(4)
    noise = random.exponential(size=2000)
    few = bands.Evidence.measured(np.concatenate([noise, np.full(5, 12.0)]), 2005)
    many = bands.Evidence.measured(np.concatenate([noise, np.full(300, 5.0)]), 2300)
    assert few.at(np.array([12.0]))[0] == pytest.approx(np.log(5 / (2005 * np.exp(-12))))
    assert few.at(np.array([3.0]))[0] < np.log(2) < few.at(np.array([12.0]))[0]
    assert many.at(np.array([5.0]))[0] > np.log(15)
    assert (np.diff(many.at(np.linspace(0, 12, 50))) >= 0).all()


def test_limits_and_chances_say_the_same():
    random = np.random.default_rng(5)
    surprise = np.concatenate([random.exponential(size=2000), 6 + random.exponential(size=60)])
    evidence = bands.Evidence.measured(surprise, len(surprise))
    for even_odds in (0.5, 2.0, 4.0):
        for wanted in (bands.LIKELY_FROM, bands.UNSURE_FROM):
            limit = evidence.reaching(bands.evidence_for(wanted, even_odds))
            assert ((bands.chance(evidence.at(surprise), even_odds) >= wanted) == (surprise >= limit)).all()


def test_a_model_that_errs_more_needs_more_evidence_and_its_card_may_say_how_much(world):
    scored = ask(world, world.words[world.present[0]])
    trusted = bands.chance(scored.evidence["image"].at(np.array([8.0])), 1.0)
    doubted = bands.chance(scored.evidence["image"].at(np.array([8.0])), 5.0)
    assert doubted < trusted
    card = {"even_odds": {"text": {"image": 4.25, "audio": "three", "text": True}, "image": 7}}
    encoder = SimpleNamespace(folder=SimpleNamespace(card=card))
    assert trust.even_odds(encoder, "text") == {**trust.IN_WORDS, "image": 4.25}
    assert trust.even_odds(encoder, "image")["image"] == trust.LIKE_ITSELF


def test_even_odds_are_found_again_from_labelled_hits():
    random = np.random.default_rng(6)
    questions = []
    for _ in range(60):
        evidence = random.uniform(0.5, 9, 400)
        questions.append((evidence, random.random(400) < bands.chance(evidence, 3.4)))
    assert trust.fitted(questions) == pytest.approx(3.4, abs=0.3)
    assert trust.fitted([(evidence, np.zeros(400, bool)) for evidence, _ in questions]) == trust.HARDEST
