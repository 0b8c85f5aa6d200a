"""Stochastic descent on UMAP's cross-entropy, point by point (arXiv:1802.03426, section 3.2).

We differ from umap-learn in what may run at once: each epoch reads the positions of the epoch before and writes new ones, every point
moving only itself (its edges lie in both directions in the graph, so each pull is applied once, doubled, instead of twice). Nothing
is written by two threads, random numbers are a function of (seed, epoch, point), and so a layout is the same to the last bit for any
number of threads.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numba
import numpy as np

from engine.maps.fence import OPEN, PULL, WIDER, Fence
from engine.maps.graph import Graph

# The curve 1 / (1 + a d^2b) for a smallest distance of 0.1 and a spread of 1 (umap.umap_.find_ab_params; a test compares).
CURVE_A, CURVE_B = 1.5769434601962196, 0.8950608779914887
NEGATIVES = 5  # repulsions per pull
CLIP = 4.0
TABLE_BITS = 16  # of a float32 are dropped: 128 steps per doubling of the squared distance, 0.4 % wide
POINTS_PER_TASK = 4_096


@dataclass(frozen=True, eq=False)
class Forces:
    """Pull and push per unit of difference, looked up by the upper half of the squared distance's float32 bits."""

    pull: np.ndarray
    push: np.ndarray


def forces(a: float = CURVE_A, b: float = CURVE_B) -> Forces:
    """Tables of the gradient's coefficients; the pull is doubled because a point moves for both ends of an edge."""
    bits = (np.arange(1 << (31 - TABLE_BITS), dtype=np.uint32) << TABLE_BITS) + (1 << (TABLE_BITS - 1))
    squared = np.clip(np.nan_to_num(bits.view(np.float32), nan=1e12, posinf=1e12), 1e-12, 1e12).astype(np.float64)
    power = squared**b
    pull = -4.0 * a * b * power / squared / (a * power + 1.0)
    push = 2.0 * b / ((0.001 + squared) * (a * power + 1.0))
    return Forces(pull.astype(np.float32), push.astype(np.float32))


def rates(graph: Graph, epochs: int) -> np.ndarray:
    """Share of epochs (m,) float32 in which each edge pulls; edges too weak to pull once in `epochs` never do, as in umap-learn."""
    if not len(graph.weights):
        return graph.weights
    share = graph.weights / graph.weights.max()
    share[share < 1.0 / max(epochs, 1)] = 0
    return share


def descend(
    graph: Graph,
    positions: np.ndarray,
    *,
    epochs: int,
    pool: ThreadPoolExecutor,
    seed: int = 0,
    step: float = 1.0,
    first_movable: int = 0,
    last_epoch: int | None = None,
    fenced: bool = True,
) -> Iterator[np.ndarray]:
    """Yield positions (n, 2) float32 after every epoch; the array is reused two epochs later.

    Points before `first_movable` never move. `step` is the first learning rate, falling to 0 over the epochs. `fenced`: what drifts
    off is drawn back (`fence.py`).
    """
    tables = forces()
    share = rates(graph, epochs)
    now = np.ascontiguousarray(positions, np.float32).copy()
    after = now.copy()
    bounds = [*range(first_movable, graph.size, POINTS_PER_TASK), graph.size]
    for epoch in range(epochs if last_epoch is None else last_epoch):
        rate = np.float32(step * (1.0 - epoch / epochs))
        fence = Fence.round(now) if fenced else OPEN
        wall = np.array((fence.x, fence.y, fence.reach), np.float32)
        tasks = [
            pool.submit(
                _move,
                first,
                last,
                graph.starts,
                graph.targets,
                share,
                now,
                after,
                tables.pull,
                tables.push,
                rate,
                wall,
                epoch,
                seed,
            )
            for first, last in pairwise(bounds)
        ]
        for task in tasks:
            task.result()
        now, after = after, now
        yield now


@numba.njit(nogil=True, cache=True, inline="always")
def _scramble(state):  # type: ignore[no-untyped-def]
    """xorshift32: the next state of a point's own stream of random numbers."""
    state ^= (state << np.uint32(13)) & np.uint32(0xFFFFFFFF)
    state ^= state >> np.uint32(17)
    state ^= (state << np.uint32(5)) & np.uint32(0xFFFFFFFF)
    return state


@numba.njit(nogil=True, cache=True, fastmath=True)
def _move(first, last, starts, targets, share, now, after, pull, push, rate, wall, epoch, seed):  # type: ignore[no-untyped-def]
    n = now.shape[0]
    many = np.uint64(n)
    this, following = np.float32(epoch), np.float32(epoch + 1)
    clip = np.float32(CLIP)
    for i in range(first, last):
        x, y = now[i, 0], now[i, 1]
        state = np.uint32(
            (
                np.uint64(i) * np.uint64(2654435761)
                + np.uint64(epoch) * np.uint64(40503)
                + np.uint64(seed) * np.uint64(69069)
                + np.uint64(12345)
            )
            & np.uint64(0xFFFFFFFF)
        )
        state = _scramble(state | np.uint32(1))
        state = _scramble(state)
        for e in range(starts[i], starts[i + 1]):
            phase = np.float32((e * 40503) & 0xFFFF) * np.float32(1.0 / 65536.0)
            if np.int32(following * share[e] + phase) == np.int32(this * share[e] + phase):
                continue
            j = targets[e]
            dx, dy = x - now[j, 0], y - now[j, 1]
            squared = dx * dx + dy * dy
            if squared > np.float32(0.0):
                force = pull[np.float32(squared).view(np.uint32) >> np.uint32(TABLE_BITS)] * rate
                x += force * dx
                y += force * dy
            for _ in range(NEGATIVES):
                state = _scramble(state)
                other = np.int64((np.uint64(state) * many) >> np.uint64(32))
                dx, dy = x - now[other, 0], y - now[other, 1]
                squared = dx * dx + dy * dy
                if squared > np.float32(0.0):
                    force = push[np.float32(squared).view(np.uint32) >> np.uint32(TABLE_BITS)]
                    x += rate * min(max(force * dx, -clip), clip)
                    y += rate * min(max(force * dy, -clip), clip)
        dx, dy = x - wall[0], y - wall[1]
        wide = dx / np.float32(WIDER)
        away = np.sqrt(np.sqrt(wide * wide * wide * wide + dy * dy * dy * dy))
        if away > wall[2]:
            back = rate * np.float32(PULL) * (away - wall[2]) / away
            x -= back * dx
            y -= back * dy
        after[i, 0], after[i, 1] = x, y
