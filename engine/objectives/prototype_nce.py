"""Classifies each vector among fixed prototypes by cosine: InfoNCE against a list of names instead of a batch.

The zero-shot classifier of Radford et al. 2021 (arXiv:2103.00020) used as a loss, as in Wu et al. 2018
(arXiv:1805.01978) with the prototypes given instead of learned.
"""

from __future__ import annotations

from typing import Annotated

from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("prototype_nce", paper="arXiv:1805.01978")
def prototype_nce(
    anchors: Tensor,
    prototypes: Tensor,
    labels: Tensor,
    *,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller makes the choice sharper.", 0.005, 1.0)
    ] = 0.05,
    smoothing: Annotated[
        float, Describe("Label smoothing", "Share of the target spread over all names.", 0, 0.5)
    ] = 0.0,
) -> Tensor:
    """Cross-entropy of naming each anchor: `anchors` (n, d), `prototypes` (k, d), `labels` (n,) in [0, k) or (n, k) shares."""
    logits = cosines(anchors, prototypes) / temperature  # (n, k)
    return cross_entropy(logits, labels, label_smoothing=smoothing)
