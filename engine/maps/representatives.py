"""Which items stand for their surroundings on the map: one per cell of the view, densest cell first."""

from __future__ import annotations

import numpy as np


def representatives(
    item_ids: np.ndarray,
    positions: np.ndarray,
    view: tuple[float, float, float, float],
    cells: tuple[int, int],
    among: np.ndarray | None = None,
) -> list[int]:
    """Ids of the items nearest to the middle of their cell's points, the fullest cell first; ties go to the smaller id.

    `positions` (n, 2) of `item_ids` (n,); `view` is (left, bottom, right, top); `cells` (columns, rows); `among` limits the choice.
    """
    left, bottom, right, top = view
    columns, rows = cells
    inside = (
        (positions[:, 0] >= left) & (positions[:, 0] < right) & (positions[:, 1] >= bottom) & (positions[:, 1] < top)
    )
    if among is not None:
        inside &= np.isin(item_ids, among)
    which = np.flatnonzero(inside)
    if not len(which) or right <= left or top <= bottom:
        return []
    spots = positions[which].astype(np.float64)
    column = np.minimum(((spots[:, 0] - left) / (right - left) * columns).astype(np.int64), columns - 1)
    row = np.minimum(((spots[:, 1] - bottom) / (top - bottom) * rows).astype(np.int64), rows - 1)
    cell = row * columns + column
    counts = np.bincount(cell, minlength=columns * rows)
    middle = np.stack(
        [np.bincount(cell, spots[:, axis], columns * rows) / np.maximum(counts, 1) for axis in (0, 1)], axis=1
    )
    away = ((spots - middle[cell]) ** 2).sum(axis=1)
    order = np.lexsort((item_ids[which], away, cell))
    first = np.concatenate([[True], cell[order][1:] != cell[order][:-1]])
    chosen = which[order[first]]
    fullest = np.lexsort((cell[order[first]], -counts[cell[order[first]]]))
    return [int(item_ids[row]) for row in chosen[fullest]]
