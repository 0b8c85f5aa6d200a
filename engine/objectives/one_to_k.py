"""Matches each picture with all of its captions at once, such as one in every language, so that all rank alike.

Nie et al. 2024, arXiv:2406.18254 (1-to-K contrast). Their code divides the caption-to-picture half by K as well; we keep
both halves at equal weight. Captions need not be equally many: a missing translation is simply not there.
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


@objective("one_to_k", paper="arXiv:2406.18254")
def one_to_k(
    anchors: Tensor,
    partners: Tensor,
    owners: Tensor,
    *,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest wrong rows.", 0.005, 1.0)
    ] = 0.07,
) -> Tensor:
    """Half of each picture's mean -log softmax at its own captions, among all; half of each caption's search for its picture.

    `anchors` (n, d), `partners` (m, d), `owners` (m,): the row of `anchors` that each caption belongs to. A picture's
    captions compete with one another in one softmax. A picture without a caption is only pushed away from.
    """
    logits = cosines(anchors, partners) / temperature  # (n, m)
    mine = owners[None, :] == torch.arange(len(anchors), device=owners.device)[:, None]
    forward = shared_cross_entropy(logits, as_shares(mine.to(logits.dtype)))
    return (forward + cross_entropy(logits.T, owners)) / 2
