"""Asks of every pair in the batch by itself whether it belongs together, so that no row depends on how many others there are.

Zhai, Mustafa, Kolesnikov, Beyer 2023, arXiv:2303.15343. Their scale exp(t') is our 1 / temperature; both it and the bias
are learned there and may be passed in as tensors here. We add a matrix of targets, as in `info_nce`.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("siglip", paper="arXiv:2303.15343")
def siglip(
    anchors: Tensor,
    partners: Tensor,
    *,
    targets: Tensor | None = None,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller asks for a clearer yes or no.", 0.005, 1.0)
    ] = 0.1,
    bias: Annotated[
        float | Tensor,
        Describe("Bias", "Added to every score. Low at the start, since most pairs do not belong together.", -50, 10),
    ] = -10.0,
) -> Tensor:
    """Sum over the batch's n x n pairs of the log loss of "do they belong together?", divided by n.

    `anchors` (n, d), `partners` (n, d). Partner i is anchor i's own; with `targets` (n, n), every j with a target above 0.
    """
    logits = cosines(anchors, partners) / temperature + bias  # (n, n)
    own = torch.eye(len(logits), device=logits.device, dtype=torch.bool) if targets is None else targets > 0
    return -logsigmoid(torch.where(own, logits, -logits)).sum() / len(logits)
