"""Closes the wide straits of a finished layout: groups with nothing near them are moved, whole and unturned, closer to the mainland.

How far apart two groups lie says little once no edge joins them (only repulsion put them there), but a strait half a map wide leaves
half a window empty. Every island goes straight towards the land nearest to it and stops before it, so that none meets another; who is
near whom within an island stays as it is.
"""

from __future__ import annotations

import numpy as np

CELLS = 100  # along the longer side
STRAIT = 6  # cells that may stay open
FEWEST = 50  # points; fewer have no mainland
ARCHIPELAGO = 8  # islands from which what is usual between them counts as no strait
USUAL = 1.5  # times the usual distance between two of them


def gathered(positions: np.ndarray) -> np.ndarray:
    """`positions` (n, 2) float32 with wide straits closed; the largest part stays where it is."""
    from scipy.ndimage import binary_dilation, generate_binary_structure, label
    from scipy.spatial import cKDTree

    if len(positions) < FEWEST:
        return positions
    low, high = positions.min(axis=0), positions.max(axis=0)
    cell = float((high - low).max()) / CELLS
    if cell <= 0 or not np.isfinite(cell):
        return positions
    at = np.floor((positions - low) / cell).astype(np.int64) + STRAIT
    shape = at.max(axis=0) + 1 + STRAIT
    occupied = np.zeros(shape, bool)
    occupied[at[:, 0], at[:, 1]] = True
    reached = binary_dilation(occupied, generate_binary_structure(2, 1), iterations=STRAIT // 2)
    islands, count = label(reached, generate_binary_structure(2, 2))
    if count == 1:
        return positions
    own = islands[at[:, 0], at[:, 1]] - 1
    cells, which = np.nonzero(occupied), islands[occupied] - 1
    spots = np.stack(cells, axis=1).astype(np.float64) * cell
    open_to = cell * STRAIT
    if count >= ARCHIPELAGO:
        open_to = max(open_to, USUAL * float(np.median(_to_the_next(spots, which, count))))
    mainland = int(np.bincount(own, minlength=count).argmax())
    left = set(range(count)) - {mainland}
    land = spots[which == mainland]
    # the nearest point of the land, for every cell still at sea; only what was just joined can be nearer than before
    nearest = np.full(len(spots), np.inf)
    towards = np.zeros_like(spots)
    moves = np.zeros((count, 2))
    while left:
        sea = np.isin(which, list(left))
        away, place = cKDTree(land).query(spots[sea])
        closer = away < nearest[sea]
        rows = np.flatnonzero(sea)[closer]
        nearest[rows], towards[rows] = away[closer], land[place[closer]] - spots[rows]
        first = np.flatnonzero(sea)[nearest[sea].argmin()]
        island = int(which[first])
        moves[island] = towards[first] * max(0.0, 1 - open_to / nearest[first])
        land = spots[which == island] + moves[island]
        left.remove(island)
    return (positions + moves[own]).astype(np.float32)


def _to_the_next(spots: np.ndarray, which: np.ndarray, count: int) -> np.ndarray:
    """How far each of `count` islands is from the one nearest to it; `spots` (m, 2) belong to the islands `which` (m,)."""
    from scipy.spatial import cKDTree

    gaps = np.empty(count)
    for island in range(count):
        own = which == island
        gaps[island] = cKDTree(spots[~own]).query(spots[own])[0].min()
    return gaps
