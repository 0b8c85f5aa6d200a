"""Teaches one encoder from a frozen one: other items pull, too, as far as the frozen encoder finds them alike.

Srinivasa et al. 2023, arXiv:2309.14580 (continuously weighted contrastive loss). The sharp kernel and the centring are
later additions for frozen vectors that all look alike; the paper has the linear one. With a temperature that is neither
small at the start nor learned the linear kernel does harm, since unrelated items keep half of the weight.
"""

from __future__ import annotations

from typing import Annotated, Literal

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.objectives.target_shares import as_shares, shared_cross_entropy
from engine.registry import Describe

SHARPNESS = 0.1  # of the sharp kernel, in cosine


@objective("cwcl", paper="arXiv:2309.14580", constant_inside=True)
def cwcl(
    anchors: Tensor,
    partners: Tensor,
    *,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Where it starts; this objective wants it learned.", 0.005, 1.0)
    ] = 0.07,
    kernel: Annotated[
        Literal["linear", "sharp"],
        Describe("Kernel", "How fast weight falls off with likeness.", choices=("linear", "sharp")),
    ] = "linear",
    centre: Annotated[
        bool, Describe("Centre", "Takes out what all frozen vectors share. For vectors that all look alike.")
    ] = False,
) -> Tensor:
    """Frozen to trained with shares w_ij / sum_j w_ij, plus trained to frozen with one positive: a sum, as in the paper.

    `partners` (n, d) come from the frozen encoder, `anchors` (n, d) from the one that learns; w comes from `partners`.
    """
    logits = cosines(partners, anchors) / temperature  # (n, n): the shares belong to rows of frozen items
    own = torch.arange(len(logits), device=logits.device)
    shares = as_shares(likeness(partners.detach(), kernel, centre).to(logits.dtype))
    return shared_cross_entropy(logits, shares) + cross_entropy(logits.T, own)


def likeness(frozen: Tensor, kernel: str, centre: bool) -> Tensor:
    """Weights (n, n) in [0, 1] of how alike the `frozen` (n, d) vectors are."""
    vectors = frozen - frozen.mean(0) if centre else frozen
    alike = cosines(vectors, vectors)
    return ((alike - 1) / SHARPNESS).exp() if kernel == "sharp" else (alike / 2 + 0.5).clamp(0, 1)
