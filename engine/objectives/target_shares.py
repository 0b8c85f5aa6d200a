"""Cross-entropy against rows of shares: the block that every loss with more than one positive is made of."""

from __future__ import annotations

import torch
from torch import Tensor


def as_shares(weights: Tensor) -> Tensor:
    """`weights` (n, m), none negative, with each row scaled to sum to one; a row of zeros stays zero."""
    return weights / weights.sum(1, keepdim=True).clamp_min(torch.finfo(weights.dtype).tiny)


def shared_cross_entropy(logits: Tensor, shares: Tensor) -> Tensor:
    """Mean over rows of the cross-entropy between `shares` (n, m) and the softmax of `logits` (n, m).

    A logit of minus infinity leaves its column out of that row. A row whose shares are all zero asks for nothing: it adds
    nothing and is not counted.
    """
    logs = logits.log_softmax(1).masked_fill(shares == 0, 0.0)  # or else 0 * -inf
    asking = (shares.sum(1) > 0).sum().clamp_min(1)
    return -(shares * logs).sum() / asking
