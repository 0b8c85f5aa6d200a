"""Matches mixtures of two items with both of their partners, so that what lies between two items is learned, too.

Kumar et al. 2024, arXiv:2409.17777 (M3CoL), after Kim et al. 2020, arXiv:2010.06300. The recipe mixes; see
engine/datasets/mixing.py. Their target matrix overwrites the diagonal where an item is mixed with itself, so that rows no
longer sum to one; ours adds.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("mixup_nce", paper="arXiv:2409.17777")
def mixup_nce(
    anchors: Tensor,
    partners: Tensor,
    mixed_anchors: Tensor,
    mixed_partners: Tensor,
    order: Tensor,
    shares: Tensor,
    *,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest wrong rows.", 0.005, 1.0)
    ] = 0.1,
) -> Tensor:
    """Mean of mixed pictures against captions and mixed captions against pictures, each both ways.

    All vectors (n, d). Row i of both mixed ones holds `shares` (n,) of item i and the rest of item `order[i]`.
    """
    wanted = mixed_targets(order, shares)
    there = _both_ways(cosines(mixed_anchors, partners) / temperature, wanted)
    back = _both_ways(cosines(mixed_partners, anchors) / temperature, wanted)
    return (there + back) / 2


def mixed_targets(order: Tensor, shares: Tensor) -> Tensor:
    """(n, n): row i holds `shares[i]` at i and the rest at `order[i]`; it sums to one also where those are the same."""
    return torch.diag(shares).scatter_add(1, order[:, None], (1 - shares)[:, None])


def _both_ways(logits: Tensor, wanted: Tensor) -> Tensor:
    wanted = wanted.to(logits.dtype)
    forward = -(wanted * logits.log_softmax(1)).sum(1).mean()
    backward = -(wanted * logits.log_softmax(0)).sum(0).mean()
    return (forward + backward) / 2
