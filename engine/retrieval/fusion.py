"""Joins the ranking by meaning with the one by words: reciprocal rank fusion (Cormack et al. 2009, doi:10.1145/1571941.1572114)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

K = 60.0  # the paper's constant
MEANING, WORDS, BOTH = 1, 2, 3  # codes of Hits.found_by


def fused(by_meaning: int, ids: np.ndarray, by_words: Sequence[np.ndarray]) -> np.ndarray:
    """Scores (n,) of `ids`, of which the first `by_meaning` stand in their order by meaning; `by_words` are lists of ids, best first."""
    scores = np.zeros(len(ids))
    scores[:by_meaning] = 1 / (K + 1 + np.arange(by_meaning))
    order = np.argsort(ids, kind="stable")
    for listed in by_words:
        if len(listed):
            at = order[np.minimum(np.searchsorted(ids, listed, sorter=order), len(ids) - 1)]
            there = ids[at] == listed
            scores[at[there]] += 1 / (K + 1 + np.flatnonzero(there))
    return scores
