"""How much of the space a layout keeps, on a sample of points: trustworthiness and kept neighbours.

Trustworthiness: Venna and Kaski 2001; equal to scikit-learn's when every point is asked (a test compares).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

BLOCK = 128


@dataclass(frozen=True)
class Quality:
    """Both in [0, 1]: `trustworthiness` (no false neighbours on the map) and `preservation` (share of true neighbours kept)."""

    trustworthiness: float
    preservation: float
    asked: int


def quality(vectors: np.ndarray, positions: np.ndarray, k: int = 15, asked: np.ndarray | None = None) -> Quality:
    """Compare the `k` nearest of `vectors` (n, d) with those of `positions` (n, 2) for the rows `asked` (all when None).

    Raises ValueError when there are not more than 2 k points: the measure is not defined there.
    """
    n = len(vectors)
    if n <= 2 * k:
        raise ValueError(f"{n} points are too few to measure {k} neighbours")
    rows = np.arange(n) if asked is None else np.asarray(asked)
    lengths = np.einsum("nd,nd->n", vectors, vectors)
    spots = np.einsum("nd,nd->n", positions, positions)
    penalty, kept = 0.0, 0
    for first in range(0, len(rows), BLOCK):
        block = rows[first : first + BLOCK]
        own = (np.arange(len(block)), block)
        in_space = lengths - 2 * (vectors[block] @ vectors.T)
        on_map = spots - 2 * (positions[block] @ positions.T)
        in_space[own] = on_map[own] = np.inf
        near = np.argpartition(on_map, k, axis=1)[:, :k]
        reached = np.take_along_axis(in_space, near, axis=1)
        ordered = np.sort(in_space, axis=1)
        for row in range(len(block)):
            ranks = np.searchsorted(ordered[row], reached[row]) + 1
            penalty += float(np.maximum(ranks - k, 0).sum())
            kept += int((ranks <= k).sum())
    asked_count = len(rows)
    worst = asked_count * k * (2 * n - 3 * k - 1) / 2
    return Quality(1 - penalty / worst, kept / (asked_count * k), asked_count)
