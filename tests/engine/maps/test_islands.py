"""Small far groups do not squeeze the rest of a map into a corner; who is near whom stays as it is."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.maps.descent import descend
from engine.maps.fence import Fence
from engine.maps.graph import fuzzy_graph
from engine.maps.islands import gathered
from engine.maps.neighbours import neighbours_within
from engine.maps.quality import quality
from engine.maps.start import plane
from tests.engine.maps.clouds import cloud


def blob(count, middle, size=1.0, seed=0):
    return (np.random.default_rng(seed).normal(size=(count, 2)) * size + middle).astype(np.float32)


def filled(positions):
    """Share of the map's longer side that the 900 of one kind take up."""
    return np.ptp(positions[:900], axis=0).max() / np.ptp(positions, axis=0).max()


def archive_with_strangers():
    """900 vectors that hang together, and three dozen of three kinds that have nothing to do with them."""
    rng = np.random.default_rng(5)
    vectors = [cloud(900, topics=1)]
    for _ in range(3):
        strangers = rng.normal(size=vectors[0].shape[1]) + 0.05 * rng.normal(size=(18, vectors[0].shape[1]))
        vectors.append((strangers / np.linalg.norm(strangers, axis=1, keepdims=True)).astype(np.float32))
    return np.concatenate(vectors)


def laid_out(vectors, fenced):
    near = neighbours_within(vectors, 15)
    graph = fuzzy_graph(near.indices, near.distances)
    with ThreadPoolExecutor(1) as pool:
        *_, last = descend(graph, plane(vectors), epochs=300, pool=pool, fenced=fenced)
        return last.copy()


def test_a_few_strangers_leave_the_window_to_the_rest_and_cost_no_neighbours():
    vectors = archive_with_strangers()
    free, kept_in = laid_out(vectors, False), gathered(laid_out(vectors, True))

    assert filled(kept_in) > max(0.75, 1.3 * filled(free))
    assert quality(vectors, kept_in).trustworthiness > quality(vectors, free).trustworthiness - 0.005


def test_a_map_without_outliers_does_not_touch_the_fence():
    positions = np.random.default_rng(0).uniform(-1, 1, (5_000, 2)).astype(np.float32)
    assert np.abs(positions).max() < Fence.round(positions).reach


def test_islands_come_closer_whole_and_never_meet():
    land, near, far = blob(500, (0, 0)), blob(40, (30, 2), 0.3, 1), blob(40, (30, 14), 0.3, 2)
    positions = np.concatenate([land, near, far])
    after = gathered(positions)

    assert (after[:500] == land).all()
    for island in (slice(500, 540), slice(540, 580)):
        moved = after[island] - positions[island]
        assert np.allclose(moved, moved[0], atol=1e-4)
        assert np.linalg.norm(moved[0]) > 5
    parts = [after[:500], after[500:540], after[540:]]
    gaps = [np.linalg.norm(a[:, None] - b, axis=2).min() for a, b in ((parts[0], parts[1]), (parts[1], parts[2]))]
    assert min(gaps) > 1.0
    assert max(gaps) < 4.0


def test_an_archipelago_and_a_single_land_stay_as_they_are():
    random = np.random.default_rng(3)
    middles = np.stack(np.meshgrid(np.arange(4) * 10.0, np.arange(4) * 10.0), axis=-1).reshape(-1, 2)
    islands = np.concatenate([blob(30, middle, 0.2, int(seed)) for seed, middle in enumerate(middles)])
    assert (gathered(islands) == islands).all()
    land = random.normal(size=(400, 2)).astype(np.float32)
    assert (gathered(land) == land).all() or np.abs(gathered(land) - land).max() < 1.0
    same = np.zeros((60, 2), np.float32)
    assert (gathered(same) == same).all()
