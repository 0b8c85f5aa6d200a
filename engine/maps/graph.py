"""UMAP's fuzzy graph from nearest neighbours (McInnes, Healy, Melville 2018, arXiv:1802.03426, section 3.1).

Written here rather than taken from umap-learn because importing that package compiles for seconds; a test holds the weights equal to
umap-learn's `fuzzy_simplicial_set` within 1e-5.
"""

from __future__ import annotations

from dataclasses import dataclass

import numba
import numpy as np
from scipy.sparse import csr_matrix

BISECTIONS = 64
CLOSE_ENOUGH = 1e-5
SMALLEST_WIDTH = 1e-3  # of the mean distance, as in umap-learn


@dataclass(frozen=True, eq=False)
class Graph:
    """A symmetric weighted graph in compressed rows: `starts` (n + 1,) int64, `targets` (m,) int32, `weights` (m,) float32 in (0, 1]."""

    starts: np.ndarray
    targets: np.ndarray
    weights: np.ndarray

    @property
    def size(self) -> int:
        return len(self.starts) - 1


def fuzzy_graph(indices: np.ndarray, distances: np.ndarray) -> Graph:
    """Graph of a set from its own neighbour lists (n, k), each starting with the point itself at distance 0."""
    n, k = indices.shape
    strengths = memberships(distances, float(k))
    strengths[indices == np.arange(n, dtype=indices.dtype)[:, None]] = 0
    directed = csr_matrix((strengths.ravel(), indices.ravel(), np.arange(0, n * k + 1, k)), shape=(n, n))
    directed.eliminate_zeros()
    return union(directed)


def union(directed: csr_matrix) -> Graph:
    """The fuzzy union a + b - ab of a directed graph and its reverse."""
    reverse = directed.T.tocsr()
    both = (directed + reverse - directed.multiply(reverse)).tocsr()
    both.sort_indices()
    return Graph(both.indptr.astype(np.int64), both.indices.astype(np.int32), both.data.astype(np.float32))


def memberships(distances: np.ndarray, k: float, *, self_first: bool = True) -> np.ndarray:
    """Strength in [0, 1] of each neighbour (n, k): exp(-(d - nearest) / width), the width such that they sum to log2(k).

    `self_first`: the first column is the point itself (it takes part in the mean, as in umap-learn, and not in the sum).
    """
    distances = np.ascontiguousarray(distances, np.float32)
    return _memberships(
        distances, np.float64(np.log2(max(k, 2.0))), np.float64(distances.mean()), 1 if self_first else 0
    )


@numba.njit(nogil=True, cache=True)
def _memberships(distances, wanted, mean_of_all, skip):  # type: ignore[no-untyped-def]
    n, k = distances.shape
    strengths = np.zeros((n, k), np.float32)
    for i in range(n):
        nearest = 0.0
        for j in range(k):
            if distances[i, j] > 0.0:
                nearest = np.float64(distances[i, j])
                break
        low, high, width = 0.0, np.inf, 1.0
        for _ in range(BISECTIONS):
            total = 0.0
            for j in range(skip, k):
                gap = distances[i, j] - nearest
                total += np.exp(-gap / width) if gap > 0.0 else 1.0
            if abs(total - wanted) < CLOSE_ENOUGH:
                break
            if total > wanted:
                high = width
                width = (low + high) / 2.0
            else:
                low = width
                width = width * 2.0 if high == np.inf else (low + high) / 2.0
        floor = SMALLEST_WIDTH * (distances[i].mean() if nearest > 0.0 else mean_of_all)
        width = max(width, floor)
        for j in range(k):
            gap = distances[i, j] - nearest
            strengths[i, j] = 1.0 if gap <= 0.0 or width == 0.0 else np.exp(-gap / width)
    return strengths
