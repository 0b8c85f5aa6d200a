"""Pulls each anchor to its partner and away from the batch's other rows, in both directions.

Oord, Li, Vinyals 2018, arXiv:1807.03748; symmetric as in Radford et al. 2021, arXiv:2103.00020. We add an optional
matrix of targets, for batches in which several rows mean the same thing (two photos of one class are no negatives).
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from engine.objectives import objective
from engine.registry import Describe


@objective("info_nce", paper="arXiv:2103.00020", inputs=("anchors", "partners"))
def info_nce(
    anchors: Tensor,
    partners: Tensor,
    *,
    targets: Tensor | None = None,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest wrong rows.", 0.005, 1.0)
    ] = 0.07,
    smoothing: Annotated[float, Describe("Label smoothing", "Share of the target spread over all rows.", 0, 0.5)] = 0.0,
) -> Tensor:
    """Symmetric InfoNCE: row i of `partners` is the positive of row i of `anchors`; every other row is a negative.

    `anchors` (n, d), `partners` (n, d), any length: they are normalised here. With `targets` (n, n), not negative, row i
    says how much each partner is meant by anchor i; rows and columns are scaled to sum to one.
    """
    logits = normalize(anchors, dim=-1) @ normalize(partners, dim=-1).T / temperature  # (n, n)
    if targets is None:
        rows = columns = torch.arange(len(logits), device=logits.device)
    else:
        rows = targets / targets.sum(1, keepdim=True)
        columns = (targets / targets.sum(0, keepdim=True)).T
    forward = cross_entropy(logits, rows, label_smoothing=smoothing)
    backward = cross_entropy(logits.T, columns, label_smoothing=smoothing)
    return (forward + backward) / 2
