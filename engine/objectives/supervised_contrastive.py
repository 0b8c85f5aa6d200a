"""Pulls items of one class together and pushes the other classes away.

Khosla et al. 2020, arXiv:2004.11362 (their L_out), as used on pooled picture-and-text vectors by Arora et al. 2023,
arXiv:2304.03464. The authors' code multiplies by temperature / 0.07 and counts an anchor without a positive as zero; we
do neither: such an anchor is left out of the mean.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.objectives.target_shares import as_shares, shared_cross_entropy
from engine.registry import Describe


@objective("supervised_contrastive", paper="arXiv:2004.11362")
def supervised_contrastive(
    anchors: Tensor,
    labels: Tensor,
    *,
    anchor_views: Tensor | None = None,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest rows.", 0.005, 1.0)
    ] = 0.1,
) -> Tensor:
    """Mean over anchors of the mean -log softmax at their class mates; the softmax runs over everything but the anchor.

    `anchors` (n, d), `labels` (n,); a second view (n, d) of each makes every item its own class mate. A batch in which no
    two rows share a class gives zero.
    """
    if anchor_views is not None:
        anchors, labels = torch.cat([anchors, anchor_views]), labels.repeat(2)
    itself = torch.eye(len(anchors), device=anchors.device, dtype=torch.bool)
    logits = (cosines(anchors, anchors) / temperature).masked_fill(itself, -torch.inf)
    mates = (labels[:, None] == labels[None, :]) & ~itself
    if len(anchors) == 1:  # a softmax over nothing
        return anchors.sum() * 0.0
    return shared_cross_entropy(logits, as_shares(mates.to(logits.dtype)))
