"""Joins the ranking by meaning with the one by words: reciprocal rank fusion (Cormack et al. 2009, doi:10.1145/1571941.1572114)."""

from __future__ import annotations

import numpy as np

K = 60.0  # the paper's constant
MEANING, WORDS, BOTH = 1, 2, 3  # codes of Hits.found_by


def fuse(by_meaning: np.ndarray, by_words: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(ids of either list, fused scores, found_by codes), ordered by id. Both lists are best first, without repetitions."""
    ids = np.union1d(by_meaning, by_words)
    fused = np.zeros(len(ids))
    found_by = np.zeros(len(ids), np.int8)
    for ranked, code in ((by_meaning, MEANING), (by_words, WORDS)):
        at = np.searchsorted(ids, ranked)
        fused[at] += 1 / (K + 1 + np.arange(len(ranked)))
        found_by[at] |= code
    return ids, fused, found_by
