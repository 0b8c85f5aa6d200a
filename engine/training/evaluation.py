"""How good a joint space is, in figures with intervals: naming things zero-shot, and finding one's partner.

Pure functions over vectors; nothing here loads a model. Intervals are percentile bootstraps over the examples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Figure:
    """A mean over examples with its 95 % bootstrap interval; all between 0 and 1."""

    value: float
    low: float
    high: float
    examples: int

    def __str__(self) -> str:
        return f"{100 * self.value:.1f} % ({100 * self.low:.1f} to {100 * self.high:.1f}, n = {self.examples})"


def bootstrap(outcomes: np.ndarray, *, resamples: int = 1000, seed: int = 0) -> Figure:
    """Mean of `outcomes` (n,) and its 95 % interval. Raises ValueError when there are none."""
    if len(outcomes) == 0:
        raise ValueError("nothing to average")
    values = np.asarray(outcomes, np.float64)
    chance = np.random.default_rng(seed)
    means = [values[chance.integers(len(values), size=len(values))].mean() for _ in range(resamples)]
    low, high = np.percentile(means, [2.5, 97.5])
    return Figure(float(values.mean()), float(low), float(high), len(values))


def zero_shot(vectors: np.ndarray, names: np.ndarray, labels: np.ndarray, *, top: int = 1, seed: int = 0) -> Figure:
    """How often the right one of `names` (k, d) is among the `top` closest to `vectors` (n, d); `labels` (n,) in [0, k).

    All vectors are of unit length. Ties count against the model.
    """
    scores = vectors @ names.T
    own = scores[np.arange(len(labels)), labels]
    better = (scores >= own[:, None]).sum(1) - 1
    return bootstrap(better < top, seed=seed)


def retrieval(
    queries: np.ndarray, answers: np.ndarray, owners: np.ndarray, *, within: Sequence[int] = (1, 5, 10), seed: int = 0
) -> dict[int, Figure]:
    """Recall at each of `within`: how often an own answer is among the first k.

    `queries` (n, d), `answers` (m, d), unit vectors; `owners` (m,): the query that answer j belongs to. A query may
    have several answers (one found is enough); for queries that share an answer use `first_ranks`.
    """
    mine = owners[None, :] == np.arange(len(queries))[:, None]
    ranks = first_ranks(queries @ answers.T, mine)
    return {k: bootstrap(ranks < k, seed=seed) for k in within}


def first_ranks(scores: np.ndarray, right: np.ndarray) -> np.ndarray:
    """For each row of `scores` (n, m): how many wrong answers score at least as high as the best right one."""
    best = np.where(right, scores, -np.inf).max(1)
    return ((scores >= best[:, None]) & ~right).sum(1)


def recall(
    scores: np.ndarray, right: np.ndarray, *, within: Sequence[int] = (1, 5, 10), seed: int = 0
) -> dict[int, Figure]:
    """Recall at each of `within` from `scores` (n, m) and which answers are `right` (n, m) bool."""
    ranks = first_ranks(scores, right)
    return {k: bootstrap(ranks < k, seed=seed) for k in within}


def ranks_of_owners(queries: np.ndarray, answers: np.ndarray, owned: np.ndarray, *, at_once: int = 512) -> np.ndarray:
    """For each query (n, d), how many wrong `answers` (m, d) score at least as high as its best right one, in little memory.

    `owned` (p, 2) lists which answer is right for which query, as (query, answer); both may occur several times.
    """
    order = owned[np.argsort(owned[:, 0], kind="stable")]
    bounds = np.searchsorted(order[:, 0], np.arange(len(queries) + 1))
    ranks = []
    for start in range(0, len(queries), at_once):
        end = min(start + at_once, len(queries))
        right = np.zeros((end - start, len(answers)), bool)
        mine = order[bounds[start] : bounds[end]]
        right[mine[:, 0] - start, mine[:, 1]] = True
        ranks.append(first_ranks(queries[start:end] @ answers.T, right))
    return np.concatenate(ranks)


def grouped_bootstrap(outcomes: np.ndarray, groups: np.ndarray, *, resamples: int = 1000, seed: int = 0) -> Figure:
    """Mean of `outcomes` (n,) with a 95 % interval over whole groups (n,): captions of one picture are no independent examples."""
    _, place = np.unique(groups, return_inverse=True)
    sums = np.bincount(place, weights=np.asarray(outcomes, np.float64))
    sizes = np.bincount(place)
    chance = np.random.default_rng(seed)
    means = []
    for _ in range(resamples):
        drawn = chance.integers(len(sums), size=len(sums))
        means.append(sums[drawn].sum() / sizes[drawn].sum())
    low, high = np.percentile(means, [2.5, 97.5])
    return Figure(float(np.mean(outcomes)), float(low), float(high), len(outcomes))
