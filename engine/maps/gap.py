"""The modality gap: how far apart the kinds of items lie in a joint space, and the shift that takes it away.

Liang et al. 2022 (arXiv:2203.02053) measure it as the distance between the centroids of two kinds. We correct it by moving every kind
as a whole so that all centroids meet. A shift changes no distance within a kind, so every within-kind neighbour list stays what it
was; that is why the vectors are not brought back to length one afterwards (that would bend the lists).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

FEWEST = 8  # items of a kind, for its centroid to mean something


@dataclass(frozen=True)
class Gap:
    """Distance between the centroids of two kinds (numbers as in the `kinds` given), of unit vectors: 0 to 2."""

    first: int
    second: int
    distance: float


def gaps(vectors: np.ndarray, kinds: np.ndarray) -> list[Gap]:
    """One `Gap` for every two kinds with at least `FEWEST` of the `vectors` (n, d); `kinds` (n,) integers. Widest first."""
    present = [int(kind) for kind, count in zip(*np.unique(kinds, return_counts=True)) if count >= FEWEST]
    centroids = {kind: _centroid(vectors, kinds == kind) for kind in present}
    found = [Gap(a, b, float(np.linalg.norm(centroids[a] - centroids[b]))) for a, b in combinations(present, 2)]
    return sorted(found, key=lambda gap: -gap.distance)


@dataclass(frozen=True, eq=False)
class Shift:
    """How far each kind moves: `kinds` (c,) and `moves` (c, d) float32, all to `middle` (d,). Kinds it does not know stay."""

    kinds: np.ndarray
    moves: np.ndarray
    middle: np.ndarray

    def apply(self, vectors: np.ndarray, kinds: np.ndarray) -> np.ndarray:
        """`vectors` (n, d) float32, each moved with its kind (n,)."""
        moved = np.array(vectors, np.float32)
        for kind, move in zip(self.kinds, self.moves):
            moved[kinds == kind] += move
        return moved


def closing_shift(vectors: np.ndarray, kinds: np.ndarray) -> Shift:
    """The shift that brings every kind's centroid to the mean of all kinds' centroids."""
    present = np.unique(kinds)
    centroids = np.array([_centroid(vectors, kinds == kind) for kind in present]).reshape(
        len(present), vectors.shape[1]
    )
    middle = centroids.mean(axis=0)
    return Shift(present, (middle - centroids).astype(np.float32), middle.astype(np.float32))


def _centroid(vectors: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return vectors[rows].mean(axis=0, dtype=np.float64)
