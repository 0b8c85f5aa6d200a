"""The modality gap: a number, and a correction that mixes kinds without disturbing either."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from engine.maps.arranging import Arranging, place
from engine.maps.gap import closing_shift, gaps
from engine.maps.joint import Joint
from engine.maps.messages import Arrange, Place, SharedFrames, VectorFile
from engine.maps.neighbours import neighbours_within
from engine.maps.quality import quality
from tests.engine.maps.clouds import cloud, two_kinds

NOWHERE = VectorFile("", "<f2", 0, 0, 0), SharedFrames("", 1, 1)


def test_the_gap_is_the_distance_of_the_centroids():
    vectors, kinds = two_kinds(200)
    by_hand = np.linalg.norm(vectors[kinds == 0].mean(axis=0) - vectors[kinds == 2].mean(axis=0))

    (gap,) = gaps(vectors, kinds)

    assert (gap.first, gap.second) == (0, 2)
    assert gap.distance == pytest.approx(by_hand, abs=1e-5)
    assert gaps(cloud(50), np.zeros(50, np.int8)) == []


def test_the_correction_closes_the_gap_and_leaves_every_list_within_a_kind_unchanged():
    vectors, kinds = two_kinds(400)
    corrected = closing_shift(vectors, kinds).apply(vectors, kinds)

    assert gaps(corrected, kinds)[0].distance <= 0.1 * gaps(vectors, kinds)[0].distance
    for kind in (0, 2):
        before, after = (neighbours_within(which[kinds == kind], 15) for which in (vectors, corrected))
        moved = (before.indices != after.indices).any(axis=1)
        for row in np.flatnonzero(moved):  # only neighbours at the same distance (to rounding) may change places
            assert after.distances[row] == pytest.approx(before.distances[row], abs=1e-6)
        assert moved.mean() < 0.02


@pytest.mark.parametrize("apart", [0.7, 1.5])
def test_on_the_corrected_map_a_picture_lies_nearer_to_its_own_words_than_to_others(apart):
    vectors, kinds = two_kinds(300, apart=apart)

    def misplaced(corrected: bool) -> float:
        """How far pictures lie from their own words, against the width of the whole map."""
        task = Arrange(1, *NOWHERE, np.arange(600), kinds, corrected)
        with ThreadPoolExecutor(2) as pool:
            *_, (positions, _, _) = Arranging(task, Joint(vectors, task.kinds, task.corrected), pool).steps()
        apart = np.linalg.norm(positions[:300] - positions[300:], axis=1)
        return float(np.median(apart) / positions.std())

    assert misplaced(corrected=True) < 0.25 * misplaced(corrected=False)


def test_on_the_corrected_map_neighbours_of_the_same_kind_stay_neighbours():
    vectors, kinds = two_kinds(300, apart=1.5)
    task = Arrange(1, *NOWHERE, np.arange(600), kinds, True)
    with ThreadPoolExecutor(2) as pool:
        *_, (positions, _, _) = Arranging(task, Joint(vectors, task.kinds, task.corrected), pool).steps()

    for kind in (0, 2):
        assert quality(vectors[kinds == kind], positions[kinds == kind], 10).trustworthiness > 0.93


def test_a_new_picture_is_placed_beside_its_words_too():
    vectors, kinds = two_kinds(300, apart=1.5)
    order = np.r_[20:300, 300:600, 0:20]  # twenty pictures come last, their words are there
    with ThreadPoolExecutor(2) as pool:
        task = Arrange(1, *NOWHERE, np.arange(580), kinds[order[:580]], True)
        *_, (old, _, _) = Arranging(task, Joint(vectors[order[:580]], task.kinds, True), pool).steps()
        old = old.copy()
        *_, both = place(
            Place(1, *NOWHERE, np.arange(600), kinds[order], old, True), Joint(vectors[order], kinds[order], True), pool
        )

    beside = np.linalg.norm(both[580:] - both[280:300], axis=1)  # their own words
    assert (both[:580] == old).all()
    assert np.median(beside) < 0.25 * np.linalg.norm(old - old.mean(axis=0), axis=1).mean()


def test_placing_more_items_compares_them_as_the_layout_was_made():
    vectors, kinds = two_kinds(200, apart=1.5)
    order = np.random.default_rng(0).permutation(400)
    vectors, kinds = vectors[order], kinds[order]
    first = Joint(vectors[:300], kinds[:300], True)
    before = first.common.copy()

    grown = first.extended(vectors, kinds)

    assert grown is first
    assert (grown.common[:300] == before).all()
    assert np.linalg.norm(grown.common, axis=1) == pytest.approx(1, abs=1e-5)
    indices, strengths = grown.hang(vectors[300:], kinds[300:], 10, own=300)
    assert (indices != np.arange(300, 400)[:, None]).all()
    assert (kinds[indices[strengths > 0.01]] != np.repeat(kinds[300:], (strengths > 0.01).sum(axis=1))).mean() > 0.2


def test_a_kind_that_becomes_frequent_enough_takes_part_in_the_correction():
    vectors, kinds = two_kinds(100, apart=1.5)
    few = Joint(vectors[:104], kinds[:104], True)  # four texts are too few

    grown = few.extended(vectors, kinds)

    assert grown is not few
    assert np.linalg.norm(grown.common[kinds == 0].mean(axis=0) - grown.common[kinds == 2].mean(axis=0)) < 0.1
