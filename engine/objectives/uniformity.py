"""Spreads vectors of one kind evenly over the sphere, so that its whole room is used.

Wang & Isola 2020, arXiv:2005.10242; for both kinds of a pair as in Fahim, Murphy, Fyshe 2024, arXiv:2405.18570.
"""

from __future__ import annotations

import math
from typing import Annotated

import torch
from torch import Tensor

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("uniformity", paper="arXiv:2405.18570")
def uniformity(
    anchors: Tensor,
    *,
    partners: Tensor | None = None,
    reach: Annotated[float, Describe("Reach", "Larger looks at close neighbours only.", 0.1, 20.0)] = 2.0,
) -> Tensor:
    """Log of the mean over pairs i < j of exp(-reach |x_i - x_j|^2); of both kinds, never mixed, where there are `partners`.

    `anchors` (n, d), `partners` (n, d). Zero when all vectors are alike, and for a single one; lower is more even.
    """
    kinds = [anchors] if partners is None else [anchors, partners]
    return torch.stack([_spread(kind, reach) for kind in kinds]).mean()


def _spread(vectors: Tensor, reach: float) -> Tensor:
    if len(vectors) == 1:
        return vectors.sum() * 0.0
    above = torch.ones(len(vectors), len(vectors), device=vectors.device, dtype=torch.bool).triu(1)
    exponents = -reach * (2 - 2 * cosines(vectors, vectors)[above])
    return exponents.logsumexp(0) - math.log(len(exponents))
