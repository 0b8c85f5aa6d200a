"""Which rows a step sees: every row once per pass, in an order that hangs on the seed and the pass alone.

So a run that was killed continues with exactly the rows it would have seen, without any state of a sampler being kept.
"""

from __future__ import annotations

import numpy as np


def rows_of_step(step: int, batch: int, count: int, seed: int) -> np.ndarray:
    """Row numbers (min(batch, count),) for `step` of a run over `count` rows, all different.

    A pass is cut into whole batches; the rows left over (fewer than a batch) wait for the next pass, which shuffles anew.
    """
    batch = min(batch, count)
    steps_per_pass = count // batch
    number, place = divmod(step, steps_per_pass)
    order = np.random.default_rng((seed, number)).permutation(count)
    return order[place * batch : (place + 1) * batch]


def balanced_rows(step: int, batch: int, labels: np.ndarray, seed: int) -> np.ndarray:
    """Row numbers (batch,) in which every class is as frequent as the others; rows without a class (-1) are never drawn."""
    chance = np.random.default_rng((seed, step))
    classes = np.unique(labels[labels >= 0])
    order = chance.permutation(classes)
    drawn = [chance.choice(np.flatnonzero(labels == order[place % len(order)])) for place in range(batch)]
    return np.array(drawn, dtype=np.int64)
