"""As `info_nce`, with captions that are wrong on purpose among those a picture has to tell its own from.

Yuksekgonul et al. 2023, arXiv:2210.01936 (NegCLIP): a caption with two words swapped has no picture, so it stands in the
picture's softmax alone and never searches for one.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("hard_negatives", paper="arXiv:2210.01936")
def hard_negatives(
    anchors: Tensor,
    partners: Tensor,
    negatives: Tensor,
    *,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest wrong rows.", 0.005, 1.0)
    ] = 0.07,
) -> Tensor:
    """Half picture-to-caption among `partners` and `negatives`, half caption-to-picture for `partners` alone.

    `anchors` (n, d), `partners` (n, d), `negatives` (m, d): any number, in any order. Hard pictures with captions of their
    own are further rows of `anchors` and `partners`.
    """
    to_partners = cosines(anchors, partners) / temperature  # (n, n)
    to_negatives = cosines(anchors, negatives) / temperature  # (n, m)
    own = torch.arange(len(anchors), device=anchors.device)
    forward = cross_entropy(torch.cat([to_partners, to_negatives], dim=1), own)
    return (forward + cross_entropy(to_partners.T, own)) / 2
