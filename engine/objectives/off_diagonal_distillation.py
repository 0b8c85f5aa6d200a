"""Keeps which wrong captions a picture was close to before, so that new pairs do not turn the old space around.

Ni et al. 2023, arXiv:2305.07437 (Mod-X): the former model, frozen, looks at the new pairs, too. Rows that it got wrong teach
nothing. Their code sums over the batch without a temperature (set 1 here and weigh by the batch's size to get that); we
take the mean, so that the weight does not depend on the batch, and a temperature that shows more than the largest entry.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("off_diagonal_distillation", paper="arXiv:2305.07437")
def off_diagonal_distillation(
    anchors: Tensor,
    partners: Tensor,
    teacher_anchors: Tensor,
    teacher_partners: Tensor,
    *,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Of both models' rows; 1 is nearly flat.", 0.005, 1.0)
    ] = 0.07,
    only_right: Annotated[
        bool, Describe("Only what it knew", "Leaves out rows that the former model got wrong.")
    ] = True,
) -> Tensor:
    """Mean over rows of KL(former || present) of the softmaxed cosines, half by picture and half by caption.

    All four (n, d). A row that is left out counts as zero in the mean.
    """
    former = cosines(teacher_anchors, teacher_partners).detach()
    present = cosines(anchors, partners)
    forward = _one_way(former, present, temperature, only_right)
    return (forward + _one_way(former.T, present.T, temperature, only_right)) / 2


def known_share(teacher_anchors: Tensor, teacher_partners: Tensor) -> float:
    """Share of the rows, both ways, that the former model gets right; below about 0.3 there is little to keep."""
    former = cosines(teacher_anchors, teacher_partners)
    return float((_right(former).float().mean() + _right(former.T).float().mean()) / 2)


def _right(scores: Tensor) -> Tensor:
    return scores.argmax(1) == torch.arange(len(scores), device=scores.device)


def _one_way(former: Tensor, present: Tensor, temperature: float | Tensor, only_right: bool) -> Tensor:
    before, now = (former / temperature).log_softmax(1), (present / temperature).log_softmax(1)
    divergence = (before.exp() * (before - now)).sum(1)
    return (divergence * _right(former)).mean() if only_right else divergence.mean()
