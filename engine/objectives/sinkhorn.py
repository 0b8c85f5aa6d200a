"""Assigns items to groups so that every group gets an equal part of the batch (Sinkhorn & Knopp 1967; Cuturi 2013)."""

from __future__ import annotations

import torch
from torch import Tensor


@torch.no_grad()
def balanced_codes(scores: Tensor, epsilon: float = 0.05, rounds: int = 3) -> Tensor:
    """Soft assignments (n, k) of `scores` (n, k); rows sum to one, columns nearly to n / k. No gradient.

    In logarithms, since exp(1 / 0.05) is beyond half precision. Smaller `epsilon` is more decided.
    """
    logs = scores.double() / epsilon
    for _ in range(rounds):
        logs = logs.log_softmax(0)  # each group holds the same
        logs = logs.log_softmax(1)  # each item is given out once
    return logs.exp().to(scores.dtype)
