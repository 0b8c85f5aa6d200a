"""Learning rates as plain functions of how far a run has come."""

from __future__ import annotations

import math


def warm_cosine(step: int, steps: int, warmup: float) -> float:
    """Factor in (0, 1]: rises linearly over the first `warmup` fraction of `steps`, then half a cosine down to 0."""
    rising = max(1, round(warmup * steps))
    if step < rising:
        return (step + 1) / rising
    done = (step - rising) / max(1, steps - rising)
    return 0.5 * (1 + math.cos(math.pi * min(1.0, done)))
