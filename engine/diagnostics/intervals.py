"""95 % intervals by drawing the items again, the same draws for every quantity with the same number of items."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

DRAWS = 1000


@lru_cache(maxsize=8)
def draws(count: int, seed: int = 0) -> np.ndarray:
    """(DRAWS, count) rows drawn with replacement, int32."""
    return np.random.default_rng(seed).integers(0, count, (DRAWS, count), dtype=np.int32)


def share_interval(values: np.ndarray, seed: int = 0) -> tuple[float, float, float]:
    """(mean, low, high) of values (n,), n at least 1."""
    values = np.asarray(values, np.float64)
    if len(values) > 5000:  # the mean is as good as normal by then, and the draws would fill the memory
        half = 1.96 * float(values.std()) / np.sqrt(len(values))
        return float(values.mean()), float(values.mean()) - half, float(values.mean()) + half
    means = values[draws(len(values), seed)].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(values.mean()), float(low), float(high)
