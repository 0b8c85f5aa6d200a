"""As `info_nce`, with a slow copy's vectors of earlier batches as further negatives and its opinion as softer targets.

He et al. 2020, arXiv:1911.05722 (momentum queue); soft targets as in Li et al. 2021, arXiv:2107.07651 (ALBEF). With
`distillation` 0 and changed inputs for the slow copy it is the inter-modal term of CoCoSoDa (Shi et al. 2023,
arXiv:2204.03293). Slow copy and queue belong to the recipe: follow first, then the loss, then push into the queue.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.objectives.target_shares import shared_cross_entropy
from engine.registry import Describe


@objective("queue_nce", paper="arXiv:2107.07651")
def queue_nce(
    anchors: Tensor,
    partners: Tensor,
    teacher_anchors: Tensor,
    teacher_partners: Tensor,
    *,
    anchor_queue: Tensor | None = None,
    partner_queue: Tensor | None = None,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest wrong rows.", 0.005, 1.0)
    ] = 0.07,
    distillation: Annotated[
        float, Describe("Trust in the slow copy", "Share of the target that it says; the rest is the pair.", 0.0, 1.0)
    ] = 0.4,
) -> Tensor:
    """Half anchors among slow partners and their queue, half partners among slow anchors and theirs.

    `anchors`, `partners` and the slow copy's `teacher_anchors`, `teacher_partners`: (n, d); queues (q, d), no gradient.
    """
    forward = _one_way(anchors, teacher_anchors, teacher_partners, partner_queue, temperature, distillation)
    return (
        forward + _one_way(partners, teacher_partners, teacher_anchors, anchor_queue, temperature, distillation)
    ) / 2


def _one_way(
    rows: Tensor, slow_rows: Tensor, slow: Tensor, queue: Tensor | None, temperature: float | Tensor, share: float
) -> Tensor:
    candidates = (slow if queue is None else torch.cat([slow, queue.to(slow.dtype)])).detach()  # (n + q, d)
    logits = cosines(rows, candidates) / temperature
    own = torch.eye(*logits.shape, device=logits.device, dtype=logits.dtype)
    with torch.no_grad():
        opinion = (cosines(slow_rows, candidates) / temperature).softmax(1)
    return shared_cross_entropy(logits, share * opinion + (1 - share) * own)
