"""Pulls each item to a slow copy's view of itself and away from the slow copy's vectors of all other items, kind by kind.

The intra-modal terms of CoCoSoDa (Shi et al. 2023, arXiv:2204.03293), which are MoCo (He et al. 2020, arXiv:1911.05722) for
pictures and for texts. Their released script leaves them out; mix them with `queue_nce`.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("queue_in_modal", paper="arXiv:2204.03293")
def queue_in_modal(
    anchors: Tensor,
    teacher_anchors: Tensor,
    *,
    partners: Tensor | None = None,
    teacher_partners: Tensor | None = None,
    anchor_queue: Tensor | None = None,
    partner_queue: Tensor | None = None,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest wrong rows.", 0.005, 1.0)
    ] = 0.07,
) -> Tensor:
    """Mean over the kinds that are there of InfoNCE from each item to its slow view, among slow views and the queue.

    `anchors` and `teacher_anchors` (n, d), the same for partners; queues (q, d). Slow vectors get no gradient.
    """
    losses = [_one_way(anchors, teacher_anchors, anchor_queue, temperature)]
    if partners is not None and teacher_partners is not None:
        losses.append(_one_way(partners, teacher_partners, partner_queue, temperature))
    return torch.stack(losses).mean()


def _one_way(rows: Tensor, slow: Tensor, queue: Tensor | None, temperature: float | Tensor) -> Tensor:
    candidates = (slow if queue is None else torch.cat([slow, queue.to(slow.dtype)])).detach()
    return cross_entropy(cosines(rows, candidates) / temperature, torch.arange(len(rows), device=rows.device))
