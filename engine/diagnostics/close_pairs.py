"""All pairs of rows whose cosine reaches a floor: exact, in blocks, in little memory.

Most pairs are ruled out without their whole product. Rows are turned into their principal axes; of a pair the first axes are multiplied
out, and what the others can add is at most the product of what is left of both lengths (Cauchy-Schwarz). With that length as one
more column, a short matrix product gives an upper bound for every pair; only pairs whose bound reaches the floor are multiplied out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

ROWS, COLUMNS = 1024, 4096  # of one block of bounds: 16 MB
SLACK = 2e-5  # float32 sums of unit vectors are never further off
SHORT = (32, 64, 96, 128, 192, 256)
MOST_OPEN = 2e-3  # share of pairs that may be left to multiply out
AT_ONCE = 32_768  # pairs multiplied out at a time
SAMPLE = 20_000


@dataclass(frozen=True, eq=False)
class ClosePairs:
    """Rows `a` < `b` (int32) with `cosine` (float64) of at least `floor`, ordered by (a, b)."""

    a: np.ndarray
    b: np.ndarray
    cosine: np.ndarray
    floor: float


def close_pairs(
    vectors: np.ndarray,
    floor: float,
    *,
    most: int = 1_000_000,
    step: Callable[[int, int], None] = lambda done, found: None,
) -> ClosePairs:
    """Every pair of unit rows (n, d) float32 whose cosine is at least `floor`.

    With more than `most`, the floor rises until half of them are left, again and again: the answer is always all pairs from its `floor` on.
    `step(rows done, pairs found)` is called after every block row and may raise.
    """
    import torch

    short = torch.from_numpy(np.ascontiguousarray(_short_rows(vectors, floor), dtype=np.float32))
    kept: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    count = 0
    for top, left in _blocks(len(vectors)):
        a, b = _open_pairs(short, top, left, floor)
        cosine = cosines(vectors, a, b)
        reach = cosine >= floor
        kept.append((a[reach], b[reach], cosine[reach]))
        count += int(reach.sum())
        if count > most:
            joined = np.concatenate([part[2] for part in kept])
            floor = float(np.partition(joined, len(joined) - most // 2)[len(joined) - most // 2])
            kept = [tuple(column[part[2] >= floor] for column in part) for part in kept]  # type: ignore[misc]
            count = sum(len(part[0]) for part in kept)
        if left + COLUMNS >= len(vectors):
            step(min(top + ROWS, len(vectors)), count)
    if not kept:
        empty = np.empty(0, np.int32)
        return ClosePairs(empty, empty, np.empty(0), floor)
    a, b, cosine = (np.concatenate(columns) for columns in zip(*kept))
    order = np.lexsort((b, a))
    return ClosePairs(a[order], b[order], cosine[order], floor)


def cosines(vectors: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Cosines of pairs of unit rows, float64: the same for a pair whatever stands beside it."""
    made = np.empty(len(a))
    for first in range(0, len(a), AT_ONCE):
        part = slice(first, first + AT_ONCE)
        made[part] = np.einsum("ij,ij->i", vectors[a[part]].astype(np.float64), vectors[b[part]].astype(np.float64))
    return made


def _short_rows(vectors: np.ndarray, floor: float) -> np.ndarray:
    """Rows (n, k + 1) whose products are upper bounds of the cosines; all of `vectors` where a short form rules out too little."""
    count, width = vectors.shape
    random = np.random.default_rng(0)
    drawn = vectors if count <= SAMPLE else vectors[np.sort(random.choice(count, SAMPLE, replace=False))]
    axes = np.linalg.eigh(drawn.astype(np.float64).T @ drawn.astype(np.float64))[1][:, ::-1]
    pairs = random.integers(0, len(drawn), (2, 100_000))
    pairs = pairs[:, pairs[0] != pairs[1]]
    lengths = np.einsum("ij,ij->i", vectors, vectors)
    for k in SHORT:
        if k >= width:
            break
        made = np.empty((count, k + 1), np.float32)
        made[:, :k] = vectors @ axes[:, :k].astype(np.float32)
        made[:, k] = np.sqrt(np.maximum(lengths - np.einsum("ij,ij->i", made[:, :k], made[:, :k]), 0))
        tried = (
            made if count <= SAMPLE else made[np.sort(np.random.default_rng(0).choice(count, SAMPLE, replace=False))]
        )
        bounds = np.einsum("ij,ij->i", tried[pairs[0]], tried[pairs[1]])
        if np.mean(bounds >= floor - SLACK) <= MOST_OPEN:
            return made
    return vectors


def _blocks(count: int) -> Iterator[tuple[int, int]]:
    """First row and column of every block that holds pairs a < b, row by row."""
    for top in range(0, count, ROWS):
        for left in range(top, count, COLUMNS):
            yield top, left


def _open_pairs(rows: Tensor, top: int, left: int, floor: float) -> tuple[np.ndarray, np.ndarray]:
    """Pairs a < b of one block whose bound reaches the floor."""
    import torch

    bounds = rows[top : top + ROWS] @ rows[left : left + COLUMNS].T
    found = torch.nonzero(bounds >= floor - SLACK).numpy()
    a, b = (found[:, 0] + top).astype(np.int32), (found[:, 1] + left).astype(np.int32)
    upper = a < b
    return a[upper], b[upper]
