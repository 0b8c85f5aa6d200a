"""The modality gap: a number, and a correction that mixes kinds without disturbing either."""

import numpy as np
import pytest

from engine.maps.gap import closing_shift, gaps
from engine.maps.neighbours import neighbours_within
from tests.engine.maps.clouds import cloud, two_kinds


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


def test_after_the_correction_a_picture_lies_beside_its_words():
    vectors, kinds = two_kinds(300, apart=1.5)
    corrected = closing_shift(vectors, kinds).apply(vectors, kinds)

    def of_both_kinds(which: np.ndarray) -> float:
        return float(np.mean(kinds[neighbours_within(which, 10).indices] != kinds[:, None]))

    assert of_both_kinds(vectors) < 0.05
    assert of_both_kinds(corrected) > 0.3
