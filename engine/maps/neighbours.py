"""Nearest neighbours of every vector: exact while that is quick, else by a narrow inverted file and true distances.

Large sets are projected on their leading axes, candidates come from an inverted file there (FAISS), and the candidates are
ordered by their true distances. Recall against the exact lists is measured on a sample, and the search widens until it is
`WANTED_RECALL`.

Distances are 1 - cosine. For unit vectors that is half the squared Euclidean distance, which is what is searched: it stays
meaningful after the shift that corrects the modality gap (`gap.py`), where vectors no longer have length one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np

from engine.maps.projection import leading_axes

if TYPE_CHECKING:
    import faiss

EXACT_UP_TO = 8_000  # vectors; above, the inverted file is several times faster
BLOCK = 2_048  # queries between two looks at the stop flag
WANTED_RECALL = 0.97
PROBED = 256  # queries on which recall is measured
EFFORTS = ((64, 3, 8), (64, 4, 16), (128, 4, 24), (128, 6, 48), (256, 8, 96))  # axes, candidates per neighbour, cells


@dataclass(frozen=True, eq=False)
class Neighbours:
    """`indices` (n, k) int32 and `distances` (n, k) float32, nearest first; `recall` against the exact lists, on a sample."""

    indices: np.ndarray
    distances: np.ndarray
    recall: float


def never_stops() -> None:
    """The stop check of callers that cannot be stopped."""


def nearest(queries: np.ndarray, among: np.ndarray, k: int, *, check: Callable[[], None] = never_stops) -> Neighbours:
    """The `k` rows of `among` (m, d) truly nearest to each row of `queries` (n, d), both float32; fewer when m < k.

    `check` is called between blocks and may raise to stop.
    """
    import faiss

    wanted = min(k, len(among))
    indices = np.empty((len(queries), wanted), np.int32)
    squared = np.empty((len(queries), wanted), np.float32)
    for first in range(0, len(queries), BLOCK):
        check()
        block = slice(first, first + BLOCK)
        squared[block], indices[block] = faiss.knn(queries[block], among, wanted, metric=faiss.METRIC_L2)
    return Neighbours(indices, np.maximum(squared, 0, out=squared) / 2, 1.0)


def neighbours_within(
    vectors: np.ndarray,
    k: int,
    *,
    seed: int = 0,
    check: Callable[[], None] = never_stops,
    exact_up_to: int = EXACT_UP_TO,
) -> Neighbours:
    """The `k` nearest of each of `vectors` (n, d) float32 among themselves.

    Every vector comes first in its own list at distance 0, even when others are identical to it.
    """
    wanted = min(k, len(vectors))
    found = (
        nearest(vectors, vectors, wanted, check=check)
        if len(vectors) <= exact_up_to
        else _by_candidates(vectors, wanted, seed, check)
    )
    _put_self_first(found.indices, found.distances)
    return found


def _by_candidates(vectors: np.ndarray, k: int, seed: int, check: Callable[[], None]) -> Neighbours:
    asked = np.random.default_rng(seed).choice(len(vectors), min(PROBED, len(vectors)), replace=False)
    truth = nearest(vectors[asked], vectors, k, check=check).indices
    narrow, index = vectors, None
    recall = 0.0
    for axes, candidates, cells in EFFORTS:
        check()
        if index is None or narrow.shape[1] != min(axes, vectors.shape[1]):
            centre, basis = leading_axes(vectors, min(axes, vectors.shape[1]), seed)
            narrow = np.ascontiguousarray((vectors - centre) @ basis)
            index = _inverted_file(narrow, seed)
        index.nprobe = cells
        near = index.search(narrow[asked], k * candidates)[1].astype(np.int32)
        best, _ = _refine(vectors[asked], vectors, near, k)
        recall = float(np.mean([len(np.intersect1d(a, b)) / k for a, b in zip(truth, best)]))
        if recall >= WANTED_RECALL:
            break
    assert index is not None
    indices = np.empty((len(vectors), k), np.int32)
    distances = np.empty((len(vectors), k), np.float32)
    for first in range(0, len(vectors), BLOCK):
        check()
        block = slice(first, first + BLOCK)
        near = index.search(narrow[block], k * candidates)[1].astype(np.int32)
        indices[block], distances[block] = _refine(vectors[block], vectors, near, k)
    short = np.flatnonzero((indices < 0).any(axis=1))  # their cells held fewer than k
    if len(short):
        exact = nearest(vectors[short], vectors, k, check=check)
        indices[short], distances[short] = exact.indices, exact.distances
    return Neighbours(indices, distances, recall)


def _inverted_file(narrow: np.ndarray, seed: int) -> faiss.IndexIVFFlat:
    import faiss

    cells = int(2 ** np.round(np.log2(1.3 * np.sqrt(len(narrow)))))
    index = faiss.IndexIVFFlat(faiss.IndexFlatL2(narrow.shape[1]), narrow.shape[1], cells, faiss.METRIC_L2)
    index.cp.seed, index.cp.niter, index.cp.max_points_per_centroid = seed + 1, 6, 64
    index.cp.min_points_per_centroid = 1
    index.train(narrow)
    index.add(narrow)
    return index


def _refine(queries: np.ndarray, among: np.ndarray, near: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The `k` best of each row's candidates by half the true squared distance, in order."""
    distances = _true_distances(queries, among, near)
    best = (
        np.argpartition(distances, k - 1, axis=1)[:, :k]
        if near.shape[1] > k
        else np.arange(k)[None].repeat(len(near), 0)
    )
    best = np.take_along_axis(best, np.argsort(np.take_along_axis(distances, best, 1), 1, kind="stable"), 1)
    return np.take_along_axis(near, best, 1), np.take_along_axis(distances, best, 1)


@numba.njit(nogil=True, cache=True, fastmath=True)
def _true_distances(queries, among, near):  # type: ignore[no-untyped-def]
    n, candidates = near.shape
    out = np.empty((n, candidates), np.float32)
    for i in range(n):
        for c in range(candidates):
            j = near[i, c]
            if j < 0:
                out[i, c] = np.inf  # the probed cells held fewer
                continue
            total = np.float32(0.0)
            for d in range(queries.shape[1]):
                difference = queries[i, d] - among[j, d]
                total += difference * difference
            out[i, c] = total / np.float32(2.0)
    return out


def _put_self_first(indices: np.ndarray, distances: np.ndarray) -> None:
    """Move each row's own number to the front, in place; rows that lost themselves among twins drop their farthest."""
    own = np.arange(len(indices), dtype=np.int32)
    for row in np.flatnonzero(indices[:, 0] != own):
        place = np.flatnonzero(indices[row] == row)
        at = int(place[0]) if len(place) else indices.shape[1] - 1
        indices[row, 1 : at + 1] = indices[row, :at].copy()
        distances[row, 1 : at + 1] = distances[row, :at].copy()
        indices[row, 0] = row
    distances[:, 0] = 0
