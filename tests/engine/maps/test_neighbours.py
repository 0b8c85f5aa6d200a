"""Neighbour lists: exact where they are small, nearly so where they are large, never without oneself."""

import numpy as np
import pytest

from engine.maps.neighbours import WANTED_RECALL, nearest, neighbours_within
from tests.engine.maps.clouds import cloud


def by_hand(vectors: np.ndarray, k: int) -> np.ndarray:
    return np.argsort(1 - vectors @ vectors.T, axis=1, kind="stable")[:, :k]


def test_small_sets_get_exact_lists_with_true_cosine_distances():
    vectors = cloud(400)
    found = neighbours_within(vectors, 12)

    assert np.mean([len(np.intersect1d(a, b)) for a, b in zip(found.indices, by_hand(vectors, 12))]) >= 11.99
    assert found.distances[:, 5] == pytest.approx(
        1 - np.einsum("nd,nd->n", vectors, vectors[found.indices[:, 5]]), abs=2e-6
    )
    assert found.recall == 1.0


def test_large_sets_reach_the_recall_they_state():
    vectors = cloud(6_000, 96, topics=60)
    found = neighbours_within(vectors, 15, exact_up_to=1_000)
    truth = nearest(vectors, vectors, 15).indices

    recall = np.mean([len(np.intersect1d(a, b)) / 15 for a, b in zip(found.indices, truth)])

    assert recall >= WANTED_RECALL - 0.02
    assert found.recall == pytest.approx(recall, abs=0.03)
    assert (np.diff(found.distances, axis=1) >= -1e-7).all()


def test_every_vector_leads_its_own_list_even_among_twins():
    vectors = np.repeat(cloud(5), 40, axis=0)
    found = neighbours_within(vectors, 15)

    assert (found.indices[:, 0] == np.arange(200)).all()
    assert found.distances.max() == pytest.approx(0, abs=1e-6)
    assert all(len(set(row)) == 15 for row in found.indices.tolist())


def test_a_search_stops_when_asked():
    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        neighbours_within(cloud(500), 5, check=stop)
