"""Who stands for a neighbourhood, and where tiles find room."""

from itertools import combinations

import numpy as np

from desktop.map.spread import Box, Room, candidates, octave_of, place_tiles
from desktop.map.viewport import bounds_of, fitted


def points(count: int = 30_000) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(4)
    centres = random.uniform(-1, 1, (25, 2))
    xy = (centres[random.integers(0, 25, count)] + 0.08 * random.normal(size=(count, 2))).astype(np.float32)
    return xy, (np.arange(count) % 3).astype(np.uint8)


def tiles(seed: int, dx: float = 0) -> list[tuple[int, Box]]:
    xy, kinds = points()
    view = fitted(bounds_of(xy), 1600, 1000).panned(dx, 0)
    chosen = candidates(xy, kinds, np.ones(len(xy), bool), octave_of(view.scale_x), seed=seed).rows
    return place_tiles(
        chosen,
        view.to_pixels(xy[chosen]),
        30,
        Room(1600, 1000, [Box(1390, 0, 1600, 300)]),
        13,
        np.full(len(chosen), np.nan),
    )


def test_at_most_two_hundred_tiles_none_over_another_or_over_the_legend() -> None:
    placed = tiles(0)
    assert 60 < len(placed) <= 200
    for (_, first), (_, second) in combinations(placed, 2):
        assert not first.meets(second)
    assert not any(box.meets(Box(1390, 0, 1600, 300)) for _, box in placed)


def test_the_same_seed_gives_the_same_tiles() -> None:
    assert tiles(7) == tiles(7)
    assert tiles(7) != tiles(8)


def test_panning_does_not_change_who_stands_for_a_place() -> None:
    before = dict(tiles(0))
    after = dict(tiles(0, dx=25))
    stayed = [row for row in before if row in after]
    assert len(stayed) > 0.8 * len(before)
    assert all(after[row].left - before[row].left in (24, 25, 26) for row in stayed)


def test_the_densest_place_comes_first_and_pictures_before_other_kinds() -> None:
    random = np.random.default_rng(0)
    dense = random.normal(size=(900, 2)) * 0.001 + 0.2
    sparse = random.normal(size=(60, 2)) * 0.001 + 0.9
    xy = np.concatenate([sparse, dense]).astype(np.float32)
    kinds = np.ones(960, np.uint8)
    kinds[[5, 500]] = 0
    first = candidates(xy, kinds, np.ones(960, bool), octave_of(100)).rows
    assert kinds[first[0]] == 0
    assert first[0] == 500


def test_nothing_to_show_gives_no_tiles() -> None:
    xy, kinds = points(100)
    assert len(candidates(xy, kinds, np.zeros(100, bool), 5).rows) == 0
    assert len(candidates(np.full((4, 2), np.nan, np.float32), kinds[:4], np.ones(4, bool), 5).rows) == 0


def test_a_tile_that_would_cover_its_whole_cluster_stands_above_it() -> None:
    random = np.random.default_rng(0)
    tight = 0.2 + 0.01 * random.normal(size=(300, 2))
    wide = np.array([-0.6, 0.2]) + 0.12 * random.normal(size=(3000, 2))
    xy = np.concatenate([tight, wide]).astype(np.float32)
    found = candidates(xy, np.zeros(3300, np.uint8), np.ones(3300, bool), octave_of(500))
    raised = ~np.isnan(found.above)
    assert raised[found.rows < 300].all()
    assert raised[found.rows >= 300].mean() < 0.2
    row = int(np.flatnonzero(found.rows < 300)[0])
    edge, at = 30, np.array([[200.0, 200.0]])
    lift = found.above[row : row + 1] * 500 + edge / 2 + 3
    [(_, box)] = place_tiles(found.rows[row : row + 1], at, edge, Room(400, 400), 5, lift)
    top_of_cluster = 200 - (xy[:300, 1].max() - xy[found.rows[row], 1]) * 500
    assert box.bottom <= top_of_cluster + 6
