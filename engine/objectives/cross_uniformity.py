"""Spreads pictures away from captions that are not theirs, with the kernel of `uniformity`.

Fahim, Murphy, Fyshe 2024, arXiv:2405.18570. Own pairs are left out, since they would work against `alignment`. At full
weight it keeps the two kinds apart (measured, tests/experiments/test_uniformity.py): start with 0 to 0.5.
"""

from __future__ import annotations

import math
from typing import Annotated

import torch
from torch import Tensor

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("cross_uniformity", paper="arXiv:2405.18570")
def cross_uniformity(
    anchors: Tensor,
    partners: Tensor,
    *,
    reach: Annotated[float, Describe("Reach", "Larger looks at close neighbours only.", 0.1, 20.0)] = 2.0,
) -> Tensor:
    """Log of the mean over i != j of exp(-reach |a_i - p_j|^2); `anchors` (n, d), `partners` (n, d). Zero for one pair."""
    count = len(anchors)
    if count == 1:
        return (anchors.sum() + partners.sum()) * 0.0
    strangers = ~torch.eye(count, device=anchors.device, dtype=torch.bool)
    exponents = -reach * (2 - 2 * cosines(anchors, partners)[strangers])
    return exponents.logsumexp(0) - math.log(len(exponents))
