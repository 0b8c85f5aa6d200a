"""Which items stand for their neighbourhood on the map, and where their tiles find room.

Chosen on a grid fixed to the map, not to the window: panning never changes who stands for a place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

MOST_TILES = 200
SAMPLE = 150_000  # of larger maps, every second, third … point may stand for its neighbourhood
CELL_PIXELS = 46  # one tile of 30 and room around it
LEAST_IN_CELL = 3
COVERS = 8  # points in a cell from which on it matters that they can be seen
COVERED_PIXELS = 34
COVERED_SHARE = 0.6
MOST_RAISED = 400
TEXT = 2  # the kind
SUBSTITUTES = 2  # per cell, tried where the first one's place is taken


@dataclass(frozen=True, eq=False)
class Candidates:
    """Rows that may be shown as tiles, the most important first, for one zoom step.

    A tile that would cover the cluster it stands for is raised: `above` (m,) says how far up from the point, in map units, the
    cluster reaches, NaN where the tile may lie on the point.
    """

    octave: int
    rows: np.ndarray  # (m,) int64
    above: np.ndarray  # (m,) float64


def octave_of(scale: float) -> int:
    """The zoom step of a view: each doubles the one before."""
    return math.floor(math.log2(max(scale, 1e-9)) + 0.5)


def candidates(
    xy: np.ndarray, kinds: np.ndarray, eligible: np.ndarray, octave: int, stretch: float = 1.0, seed: int = 0
) -> Candidates:
    """Rows of every occupied cell, densest cell first: the point nearest the cell's middle of mass, pictures before
    sounds; then, in the same order, those that may stand in for it. Texts cannot be read at this size and stand for nothing.

    xy (n, 2) float32, kinds (n,) uint8, eligible (n,) bool; `stretch` is the view's pixels per unit down over those across.
    Cells as crowded as each other come in an order drawn from `seed`.
    """
    rows = np.flatnonzero(eligible & (kinds != TEXT) & np.isfinite(xy).all(axis=1))
    rows = rows[:: max(1, len(rows) // SAMPLE)]
    if not len(rows):
        return Candidates(octave, rows, np.empty(0))
    scale = 2.0**octave
    scale_x, scale_y = scale, scale * stretch
    cells = np.floor(xy[rows].astype(np.float64) * (scale_x, scale_y) / CELL_PIXELS).astype(np.int64)
    cells -= cells.min(axis=0) - 1
    across = int(cells[:, 0].max()) + 2
    present, cell, counts = np.unique(cells[:, 1] * across + cells[:, 0], return_inverse=True, return_counts=True)
    middle = np.stack([np.bincount(cell, xy[rows, axis]) / counts for axis in (0, 1)], axis=1)
    distance = ((xy[rows] - middle[cell]) ** 2).sum(axis=1)
    distance += np.where(kinds[rows] == 0, 0.0, 1e6)  # a picture says more at this size than a waveform
    best = np.lexsort((rows, distance, cell))
    starts = np.searchsorted(cell[best], np.arange(len(counts)))
    crowded = counts >= LEAST_IN_CELL if len(rows) > 5 * MOST_TILES else np.ones(len(counts), bool)
    chance = np.random.default_rng(seed).permutation(len(counts))
    order = np.lexsort((chance, -counts))
    order = order[crowded[order]]

    above = np.full(len(order), np.nan)
    shaded: dict[int, int] = {}  # cells beside one whose tile is raised -> how crowded that one is
    for place, one in enumerate(order[:MOST_RAISED].tolist()):
        if counts[one] < COVERS:
            break
        beside = present[one] + np.array([dy * across + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)])
        found = np.searchsorted(present, beside)
        near = [each for each, key in zip(found, beside) if each < len(present) and present[each] == key]
        around = np.concatenate([best[starts[each] : starts[each] + counts[each]] for each in near])
        above[place] = _reach_above(xy[rows[around]], xy[rows[best[starts[one]]]], scale_x, scale_y)
        if not np.isnan(above[place]):
            shaded.update((each, int(counts[one])) for each in near if each != one)
    # the fringe of a cluster with a raised tile gets none of its own: it would cover what was just made visible
    kept = np.array([4 * counts[one] >= shaded.get(one, 0) for one in order.tolist()], bool)
    order, above = order[kept], above[kept]

    turns, lifts = [best[starts[order]]], [above]
    for turn in range(1, SUBSTITUTES + 1):  # from farther out in the cell, where there may be room
        fuller = order[(counts[order] > SUBSTITUTES) & np.isnan(above)]
        turns.append(best[starts[fuller] + counts[fuller] * turn // (SUBSTITUTES + 1)])
        lifts.append(np.full(len(fuller), np.nan))
    return Candidates(octave, rows[np.concatenate(turns)], np.concatenate(lifts))


def _reach_above(xy: np.ndarray, at: np.ndarray, scale_x: float, scale_y: float) -> float:
    """How far the points that a tile at `at` would cover reach above it, in map units; NaN when enough of them stay visible."""
    offsets = (xy - at) * (scale_x, scale_y)
    around = offsets[(np.abs(offsets) < 1.6 * COVERED_PIXELS).all(axis=1)]
    covered = (np.abs(around) < COVERED_PIXELS / 2).all(axis=1)
    if covered.mean() < COVERED_SHARE:
        return float("nan")
    return float(np.quantile(around[:, 1], 0.98) / scale_y)


def everyone(rows: np.ndarray, ids: np.ndarray, kinds: np.ndarray, seed: int = 0) -> np.ndarray:
    """All rows of a near view in an order that does not depend on the view: pictures first, then by a scrambled id."""
    scrambled = (ids[rows].astype(np.uint64) + np.uint64(seed)) * np.uint64(0x9E3779B97F4A7C15)
    return rows[np.lexsort((scrambled, kinds[rows] != 0))]


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )


class Room:
    """What is taken of the window, so that nothing is drawn over something else."""

    BIN = 96

    def __init__(self, width: int, height: int, taken: Sequence[Box] = ()) -> None:
        self._area = Box(0, 0, width, height)
        self._bins: dict[tuple[int, int], list[Box]] = {}
        for box in taken:
            self._keep(box)

    def take(self, box: Box, gap: float = 0) -> bool:
        """Take this place if it lies in the window and `gap` away from everything taken; says whether it was free."""
        area = self._area
        if box.left < area.left or box.top < area.top or box.right > area.right or box.bottom > area.bottom:
            return False
        wanted = box.grown(gap)
        for place in self._bins_of(wanted):
            if any(wanted.meets(other) for other in self._bins.get(place, ())):
                return False
        self._keep(box)
        return True

    def _keep(self, box: Box) -> None:
        for place in self._bins_of(box):
            self._bins.setdefault(place, []).append(box)

    def _bins_of(self, box: Box) -> list[tuple[int, int]]:
        size = self.BIN
        return [
            (x, y)
            for x in range(int(box.left // size), int(box.right // size) + 1)
            for y in range(int(box.top // size), int(box.bottom // size) + 1)
        ]


def place_tiles(
    rows: np.ndarray, pixels: np.ndarray, edge: int, room: Room, gap: float, lifts: np.ndarray, most: int = MOST_TILES
) -> list[tuple[int, Box]]:
    """Give each row, in order, a square of `edge` pixels if there is room. At most `most`.

    Around its pixel, or `lifts` (n,) pixels above it (below, if that is taken); NaN is no lift.
    """
    placed: list[tuple[int, Box]] = []
    half = edge / 2
    for row, (x, y), lift in zip(rows.tolist(), pixels.tolist(), lifts.tolist()):
        for shift in (0.0,) if math.isnan(lift) else (-lift, lift):
            left, top = round(x - half), round(y - half + shift)
            box = Box(left, top, left + edge, top + edge)
            if room.take(box, gap):
                placed.append((row, box))
                break
        if len(placed) == most:
            break
    return placed
