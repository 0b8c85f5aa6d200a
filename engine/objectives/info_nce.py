"""Pulls each anchor to its partner and away from the batch's other rows, in both directions.

Oord, Li, Vinyals 2018, arXiv:1807.03748; symmetric as in Radford et al. 2021, arXiv:2103.00020. We add an optional
matrix of targets, for batches in which several rows mean the same thing (two photos of one class are no negatives).
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.objectives.target_shares import as_shares, shared_cross_entropy
from engine.registry import Describe


@objective("info_nce", paper="arXiv:2103.00020")
def info_nce(
    anchors: Tensor,
    partners: Tensor,
    *,
    targets: Tensor | None = None,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest wrong rows.", 0.005, 1.0)
    ] = 0.07,
    smoothing: Annotated[float, Describe("Label smoothing", "Share of the target spread over all rows.", 0, 0.5)] = 0.0,
) -> Tensor:
    """Symmetric InfoNCE: row i of `partners` is the positive of row i of `anchors`; every other row is a negative.

    `anchors` (n, d), `partners` (n, d). With `targets` (n, n), not negative, row i says how much each partner is meant by
    anchor i; rows and columns are scaled to sum to one, and one that is all zero asks for nothing.
    """
    logits = cosines(anchors, partners) / temperature  # (n, n)
    if targets is None:
        diagonal = torch.arange(len(logits), device=logits.device)
        forward = cross_entropy(logits, diagonal, label_smoothing=smoothing)
        backward = cross_entropy(logits.T, diagonal, label_smoothing=smoothing)
    else:
        forward = shared_cross_entropy(logits, _smoothed(as_shares(targets), smoothing))
        backward = shared_cross_entropy(logits.T, _smoothed(as_shares(targets.T), smoothing))
    return (forward + backward) / 2


def _smoothed(shares: Tensor, smoothing: float) -> Tensor:
    """As torch does it, but a row that asks for nothing goes on asking for nothing."""
    asking = shares.sum(1, keepdim=True) > 0
    return ((1 - smoothing) * shares + smoothing / shares.shape[1]) * asking
