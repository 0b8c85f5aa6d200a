"""New points on a map that stays as it is: begin at the weighted middle of their neighbours, then move only themselves.

The way of umap-learn's `transform` (weighted middle, then few epochs at a quarter of the step); the old points are not touched.
A refit could make room for a new point and we cannot, so at the end each takes the best of a few spots: where it came to rest, or
close to one of its nearest neighbours, whichever has most of its true neighbours around it.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from engine.maps.descent import descend
from engine.maps.graph import Graph

EPOCHS = 60
STEP = 0.25
SPOTS = 8  # nearest neighbours beside which a spot is tried
TOWARDS = 0.85  # of the way from the resting place to that neighbour
MOST_WORK = 1.5e9  # distances on the map; beyond, resting places are good enough
BLOCK = 256


@dataclass(frozen=True, eq=False)
class Anchors:
    """Where new points hang: `indices` (n, k) int32 of points on the map and `weights` (n, k) float32, rows summing to 1."""

    indices: np.ndarray
    weights: np.ndarray

    def middle(self, positions: np.ndarray) -> np.ndarray:
        """The weighted middle (n, 2) float32 of each one's neighbours among `positions`."""
        return np.einsum("nk,nkc->nc", self.weights, positions[self.indices]).astype(np.float32)


def anchors(indices: np.ndarray, strengths: np.ndarray) -> Anchors:
    """Anchors from neighbours (n, k) and their strengths."""
    return Anchors(indices, (strengths / np.maximum(strengths.sum(axis=1, keepdims=True), 1e-9)).astype(np.float32))


def settle_new(
    old: np.ndarray, indices: np.ndarray, strengths: np.ndarray, pool: ThreadPoolExecutor, seed: int = 0
) -> Iterator[np.ndarray]:
    """Yield all positions (m + n, 2) while the n new points behind the m `old` ones find their place.

    `indices` (n, k) are numbers in 0..m+n-1 (new points may hang on new ones), without the point itself; `strengths` (n, k).
    """
    count, k = indices.shape
    on_old = np.where(indices < len(old), strengths, 0)
    among_new = on_old.sum(axis=1) == 0
    weights = on_old / np.maximum(on_old.sum(axis=1, keepdims=True), 1e-9)
    start = np.einsum("nk,nkc->nc", weights, old[np.where(indices < len(old), indices, 0)])
    if among_new.any():  # their neighbours are all new as well: follow those that found a place
        known = ~among_new
        for row in np.flatnonzero(among_new):
            near = indices[row] - len(old)
            near = near[known[near]]
            start[row] = start[near].mean(axis=0) if len(near) else old.mean(axis=0)
    begin = np.vstack([old, start]).astype(np.float32)
    starts = np.zeros(len(old) + count + 1, np.int64)
    starts[len(old) + 1 :] = np.arange(1, count + 1) * k
    graph = Graph(starts, np.ascontiguousarray(indices, np.int32).ravel(), strengths.ravel())
    positions = begin
    yield positions
    moves = descend(graph, begin, epochs=EPOCHS, pool=pool, seed=seed, step=STEP, first_movable=len(old), fenced=False)
    for positions in moves:
        yield positions
    if count * len(old) * (SPOTS + 1) <= MOST_WORK and len(old) > k:
        yield np.vstack([old, best_spots(old, positions[len(old) :], indices)])


def best_spots(old: np.ndarray, resting: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """For each point (n, 2) the spot with most of its neighbours `indices` (n, k) among the k nearest `old` points around it."""
    import faiss

    k = indices.shape[1]
    chosen = np.empty_like(resting)
    for first in range(0, len(resting), BLOCK):
        here, lists = resting[first : first + BLOCK], indices[first : first + BLOCK]
        known = lists[:, :SPOTS] < len(old)
        beside = old[np.where(known, lists[:, :SPOTS], 0)]
        spots = np.where(known[..., None], here[:, None] + TOWARDS * (beside - here[:, None]), here[:, None])
        spots = np.concatenate([here[:, None], spots], axis=1).astype(np.float32)  # (n, 1 + SPOTS, 2)
        around = faiss.knn(spots.reshape(-1, 2), old, k, metric=faiss.METRIC_L2)[1].reshape(*spots.shape[:2], k)
        kept = (around[..., None] == lists[:, None, None, :]).any(axis=3).sum(axis=2)
        best = kept.argmax(axis=1)  # the resting place wins ties
        chosen[first : first + BLOCK] = spots[np.arange(len(here)), best]
    return chosen
