"""As `info_nce`, but how alike the wrong partners are to the own one says how wrong they are.

Kumar et al. 2024, arXiv:2409.17777, after Scotti et al. 2023, arXiv:2305.18274: for the later part of a training that
began with `mixup_nce`. The targets are held constant; in their code a gradient runs through them.
"""

from __future__ import annotations

from typing import Annotated

from torch import Tensor

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("soft_nce", paper="arXiv:2409.17777", constant_inside=True)
def soft_nce(
    anchors: Tensor,
    partners: Tensor,
    *,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Of the match and of the targets; smaller is sharper.", 0.005, 1.0)
    ] = 0.125,
) -> Tensor:
    """Mean of both kinds' soft matches; targets of `partners` (n, d) are softmax(partners . partners / t), and the reverse.

    Each kind's targets count for both directions between it and the other, `anchors` (n, d).
    """
    logits = cosines(anchors, partners) / temperature  # (n, n)
    losses = []
    for kind in (partners, anchors):
        wanted = (cosines(kind, kind) / temperature).softmax(1).detach()
        losses += [-(wanted * logits.log_softmax(1)).sum(1).mean(), -(wanted * logits.T.log_softmax(1)).sum(1).mean()]
    return sum(losses[1:], losses[0]) / 4
