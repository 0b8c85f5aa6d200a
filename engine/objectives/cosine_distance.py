"""Makes a student's vectors point where a teacher's point.

The imitation term of Reimers & Gurevych 2020, arXiv:2004.09813, with the cosine instead of their squared distance,
because only directions are used afterwards.
"""

from __future__ import annotations

from torch import Tensor

from engine.objectives import objective
from engine.objectives.cosines import unit


@objective("cosine_distance", paper="arXiv:2004.09813")
def cosine_distance(anchors: Tensor, partners: Tensor) -> Tensor:
    """Mean of one minus the cosine between row i of `anchors` (n, d) and row i of `partners` (n, d)."""
    return (1 - (unit(anchors) * unit(partners)).sum(-1)).mean()
