"""A soft fence round a layout in the making, so that small far groups do not drift off and squeeze the rest into a corner.

Groups that share few edges with the rest are pushed away for as long as a descent runs: nothing but repulsion acts on them, the smaller
the archive the longer. Graph drawing answers with gravity (Jacomy et al. 2014, ForceAtlas2, doi:10.1371/journal.pone.0098679). Ours acts
only on what lies outside the fence, in proportion to how far outside, so that the inside of a map is left as it is. The fence is a
rectangle with round corners, wider than high, because maps are looked at in windows of that shape.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

WIDER = 1.2  # than high
INSIDE = 80.0  # percent of the points lie well inside
ROOM = 1.3  # times that far the fence stands: a map without outliers does not touch it
PULL = 0.3  # of the way back to the fence in one epoch, at the first step width
SAMPLE = 4_096  # points from which the fence is measured


@dataclass(frozen=True)
class Fence:
    """Middle and half height, in layout units; `WIDER` times as wide. A `reach` of infinity fences nothing in."""

    x: float
    y: float
    reach: float

    @classmethod
    def round(cls, positions: np.ndarray) -> Fence:
        """The fence for `positions` (n, 2)."""
        sample = positions[:: max(1, len(positions) // SAMPLE)].astype(np.float64)
        if len(sample) < 2:
            return OPEN
        middle = np.median(sample, axis=0)
        away = (sample - middle) / (WIDER, 1.0)
        distance = (away**4).sum(axis=1) ** 0.25
        return cls(float(middle[0]), float(middle[1]), ROOM * float(np.percentile(distance, INSIDE)))


OPEN = Fence(0.0, 0.0, float("inf"))
