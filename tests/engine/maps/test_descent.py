"""The descent: the same layout for any number of threads, as good as umap-learn's measure of it, and stills where asked."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from engine.maps import descent
from engine.maps.coarse import coarse
from engine.maps.descent import descend
from engine.maps.graph import fuzzy_graph
from engine.maps.joint import Joint
from engine.maps.neighbours import neighbours_within
from engine.maps.quality import quality
from engine.maps.start import plane
from tests.engine.maps.clouds import cloud


def laid_out(vectors, threads=1, epochs=200, seed=3, **more):
    near = neighbours_within(vectors, 15)
    graph = fuzzy_graph(near.indices, near.distances)
    with ThreadPoolExecutor(threads) as pool:
        *_, last = descend(graph, plane(vectors), epochs=epochs, pool=pool, seed=seed, **more)
        return last.copy()


def test_a_layout_is_the_same_to_the_last_bit_for_any_number_of_threads(monkeypatch):
    monkeypatch.setattr(descent, "POINTS_PER_TASK", 100)
    vectors = cloud(700)

    one, four = laid_out(vectors, 1, 50), laid_out(vectors, 4, 50)

    assert one.tobytes() == four.tobytes()
    assert laid_out(vectors, 1, 50, seed=4).tobytes() != one.tobytes()


def test_neighbours_in_the_space_are_neighbours_on_the_map():
    vectors = cloud(900, topics=40)

    start, end = quality(vectors, plane(vectors)), quality(vectors, laid_out(vectors))

    assert end.trustworthiness > 0.97
    assert end.preservation > 2 * start.preservation


def test_a_coarse_layout_of_a_sample_already_keeps_neighbourhoods_together():
    vectors = cloud(3_000, topics=60)
    with ThreadPoolExecutor(2) as pool:
        *_, positions = coarse(Joint(vectors, np.zeros(3_000, np.int8), False), pool)

    assert positions.shape == (3_000, 2)
    assert quality(vectors, positions).trustworthiness > quality(vectors, plane(vectors)).trustworthiness + 0.05


def test_points_that_may_not_move_do_not():
    vectors = cloud(300)
    start = plane(vectors)
    end = laid_out(vectors, epochs=20, first_movable=250)

    assert (end[:250] == start[:250]).all()
    assert (end[250:] != start[250:]).any(axis=1).all()


def test_trustworthiness_is_scikit_learns():
    manifold = pytest.importorskip("sklearn.manifold")
    vectors = cloud(250)
    positions = plane(vectors)

    assert quality(vectors, positions, 10).trustworthiness == pytest.approx(
        manifold.trustworthiness(vectors, positions, n_neighbors=10), abs=1e-4
    )
    with pytest.raises(ValueError, match="too few"):
        quality(vectors[:20], positions[:20], 10)
