"""Finds each item's second view among all other views of the batch: SimCLR, for items that have no captions or labels.

Chen, Kornblith, Norouzi, Hinton 2020, arXiv:2002.05709. Negatives are the other items in both views, 2 (n - 1) of them.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("nt_xent", paper="arXiv:2002.05709")
def nt_xent(
    anchors: Tensor,
    anchor_views: Tensor,
    *,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest wrong views.", 0.005, 1.0)
    ] = 0.1,
) -> Tensor:
    """Mean cross-entropy over all 2n views; `anchors` (n, d) and `anchor_views` (n, d) show the same items."""
    count = len(anchors)
    both = torch.cat([anchors, anchor_views])
    logits = cosines(both, both) / temperature  # (2n, 2n)
    logits = logits.masked_fill(torch.eye(2 * count, device=logits.device, dtype=torch.bool), -torch.inf)
    other_view = torch.arange(2 * count, device=logits.device).roll(count)
    return cross_entropy(logits, other_view)
