"""Pulls each picture to a changed copy of itself and each text to a changed copy of itself, never one to the other.

The self-supervised half of CleanCLIP (Bansal et al. 2023, arXiv:2303.03323): from original to copy only, one temperature
for both kinds, the same as the pairs' own. Mixed with `info_nce` it undoes what a planted trigger ties together.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("in_modal", paper="arXiv:2303.03323")
def in_modal(
    anchors: Tensor,
    partners: Tensor,
    anchor_views: Tensor,
    partner_views: Tensor,
    *,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest wrong rows.", 0.005, 1.0)
    ] = 0.07,
) -> Tensor:
    """Half of picture-to-copy plus half of text-to-copy InfoNCE; all four (n, d), row i of each is the same item."""
    return (_one_way(anchors, anchor_views, temperature) + _one_way(partners, partner_views, temperature)) / 2


def _one_way(originals: Tensor, copies: Tensor, temperature: float | Tensor) -> Tensor:
    logits = cosines(originals, copies) / temperature  # (n, n)
    return cross_entropy(logits, torch.arange(len(logits), device=logits.device))
