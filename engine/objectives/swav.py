"""Learns groups and vectors together: each view has to tell to which group another view of the same item was assigned.

Caron et al. 2020, arXiv:2006.09882. Only views of the largest crops are assigned, in equal parts to all groups, which keeps
everything from falling into one. The prototypes belong to the recipe (engine/training/prototypes.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import torch
from torch import Tensor

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.objectives.sinkhorn import balanced_codes
from engine.registry import Describe


@objective("swav", paper="arXiv:2006.09882", constant_inside=True)
def swav(
    views: Sequence[Tensor],
    prototypes: Tensor,
    *,
    view_queues: Sequence[Tensor] | None = None,
    large: Annotated[int, Describe("Large views", "The first so many views are assigned to groups.", 1, 8)] = 2,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller makes the guess more decided.", 0.005, 1.0)
    ] = 0.1,
    epsilon: Annotated[
        float,
        Describe("Softness", "Of the assignment; smaller is more decided and helps against collapse.", 0.005, 1.0),
    ] = 0.05,
    rounds: Annotated[int, Describe("Rounds", "How often groups and items are balanced in turn.", 1, 50)] = 3,
) -> Tensor:
    """Mean over large views i and other views v of the cross-entropy between i's codes and v's softmaxed scores.

    `views`: two or more of (n, d) of the same items; `prototypes` (k, d); `view_queues`: for each large view, earlier
    vectors (q, d) of it, which are balanced along with the batch where it is smaller than k.
    """
    scores = [cosines(view, prototypes) for view in views]  # (n, k) each
    logs = [(score / temperature).log_softmax(1) for score in scores]
    queues = dict(enumerate(view_queues or ()))
    losses = []
    for place in range(min(large, len(views))):
        codes = _codes(scores[place], prototypes, queues.get(place), epsilon, rounds)
        losses += [-(codes * logs[other]).sum(1).mean() for other in range(len(views)) if other != place]
    return torch.stack(losses).mean()


@torch.no_grad()
def _codes(scores: Tensor, prototypes: Tensor, queue: Tensor | None, epsilon: float, rounds: int) -> Tensor:
    """Codes of the batch's own rows; the queue's vectors are scored with the prototypes as they are now."""
    held = scores if queue is None or not len(queue) else torch.cat([cosines(queue, prototypes), scores])
    return balanced_codes(held, epsilon, rounds)[-len(scores) :]
