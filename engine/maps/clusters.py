"""Dense places of a map at several steps of fineness: the hills of a smoothed density, each point on the hill it would climb."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WIDEST = 0.17  # map units; how far the coarsest step smooths
FINER = 1.6  # each step smooths this many times less (one step of the names' zoom)
GRID = 384  # cells along the longer side
FEWEST = 6  # points of a hill


@dataclass(frozen=True, eq=False)
class Clusters:
    """`label` (n,) int32 says on which hill each point lies (-1: on none that counts); hills are numbered from the largest down.

    `peaks` (c, 2) float32 in map units; `counts` (c,) int64.
    """

    label: np.ndarray
    peaks: np.ndarray
    counts: np.ndarray


def clusters(positions: np.ndarray, step: int) -> Clusters:
    """The hills of `positions` (n, 2), map units, at `step` 0 (coarsest) and finer."""
    n = len(positions)
    if not n:
        return Clusters(np.empty(0, np.int32), np.empty((0, 2), np.float32), np.empty(0, np.int64))
    spread = WIDEST / FINER**step
    low, high = positions.min(axis=0), positions.max(axis=0)
    cell = max(float((high - low).max()) / GRID, 1e-6)
    margin = 2
    shape = tuple(np.floor((high - low) / cell).astype(int) + 1 + 2 * margin)
    at = np.floor((positions - low) / cell).astype(np.int64) + margin
    flat = at[:, 0] * shape[1] + at[:, 1]
    density = np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)
    density = _blur(shape[0], spread / cell) @ density @ _blur(shape[1], spread / cell)
    summit = _climb(density)
    hills, label, counts = np.unique(summit[flat], return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    kept = order[counts[order] >= max(FEWEST, int(n * 0.001))]
    number = np.full(len(hills), -1, np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    rows, columns = np.divmod(hills[kept], shape[1])
    peaks = (np.stack([rows, columns], axis=1) - margin + 0.5) * cell + low
    return Clusters(number[label], peaks.astype(np.float32), counts[kept])


def _blur(size: int, width: float) -> np.ndarray:
    """A Gaussian of `width` cells as a matrix (size, size): at this size quicker than importing a filter."""
    away = np.arange(size)[:, None] - np.arange(size)[None]
    return np.exp(-0.5 * (away / width) ** 2)


def _climb(density: np.ndarray) -> np.ndarray:
    """For each cell the flat number of the summit reached by always stepping to the highest of the nine cells around."""
    rows, columns = density.shape
    best = density.copy()
    target = np.arange(rows * columns).reshape(rows, columns)
    own = target.copy()
    for dy in (-1, 0, 1):
        for dx in (-1, 0, 1):
            here = (slice(max(0, -dy), rows - max(0, dy)), slice(max(0, -dx), columns - max(0, dx)))
            there = (slice(max(0, dy), rows - max(0, -dy)), slice(max(0, dx), columns - max(0, -dx)))
            higher = (density[there] > best[here]) | ((density[there] == best[here]) & (own[there] > target[here]))
            best[here] = np.where(higher, density[there], best[here])
            target[here] = np.where(higher, own[there], target[here])
    jump = target.ravel()
    while True:
        further = jump[jump]
        if np.array_equal(further, jump):
            return jump
        jump = further
