"""Teaches a small model to rank as a large one does, on each item's partner and the wrong ones that the large model finds closest.

Rao et al. 2022, arXiv:2207.01426 (DCD). There each of 15 or 63 wrong captions is scored by the teacher and the 7 highest are
kept; here the batch's other rows are what is chosen from. Their code averages before it weighs and lets teacher and student
scores slip against each other; ours looks both up at the same places and takes KL instead of a squared difference.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("mined_distillation", paper="arXiv:2207.01426")
def mined_distillation(
    anchors: Tensor,
    partners: Tensor,
    teacher_anchors: Tensor,
    teacher_partners: Tensor,
    *,
    candidates: Annotated[int, Describe("Candidates", "The partner and the closest wrong ones.", 2, 4096)] = 8,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Of the student's rows; may be learned.", 0.005, 1.0)
    ] = 0.07,
    teacher_temperature: Annotated[
        float,
        Describe("Teacher's temperature", "Of the teacher's rows; larger tells more of the wrong ones.", 0.005, 1.0),
    ] = 0.07,
    ranking: Annotated[
        float, Describe("Own ranking", "Share of the loss that is plain contrast on the same candidates.", 0.0, 1.0)
    ] = 0.5,
    by_certainty: Annotated[
        bool, Describe("By certainty", "A sure teacher teaches more, an unsure one leaves more to the contrast.")
    ] = False,
) -> Tensor:
    """(1 - ranking) KL(teacher || student) + ranking x cross-entropy, over each row's candidates, half each way.

    All four have n rows; the teacher's may be of another width.
    """
    taught = cosines(teacher_anchors, teacher_partners).detach()
    own = cosines(anchors, partners)
    count = min(candidates, len(own))

    def one_way(teacher: Tensor, student: Tensor) -> Tensor:
        places = hardest(teacher, count)
        wanted = (teacher.gather(1, places) / teacher_temperature).log_softmax(1)
        logits = student.gather(1, places) / temperature
        divergence = (wanted.exp() * (wanted - logits.log_softmax(1))).sum(1)
        contrast = cross_entropy(
            logits, torch.zeros(len(logits), dtype=torch.long, device=logits.device), reduction="none"
        )
        if not by_certainty:
            return ((1 - ranking) * divergence + ranking * contrast).mean()
        entropy = -(wanted.exp() * wanted).sum(1)
        unsure = entropy / entropy.sum().clamp(min=1e-12)
        sure = ((1 - unsure) ** 2).softmax(0)
        return ((1 - ranking) * sure * divergence + ranking * unsure * contrast).sum()

    return (one_way(taught, own) + one_way(taught.T, own.T)) / 2


def hardest(scores: Tensor, count: int) -> Tensor:
    """Places (n, count) in each row of `scores` (n, n): the diagonal first, then the highest others, highest first."""
    own = torch.arange(len(scores), device=scores.device)
    others = scores.detach().clone()
    others[own, own] = -torch.inf
    return torch.cat([own[:, None], others.topk(count - 1, dim=1).indices], dim=1)
