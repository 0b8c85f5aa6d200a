"""Pulls each anchor to its partner by squared distance, and pushes nothing.

Wang & Isola 2020, arXiv:2005.10242; with `info_nce` and `uniformity` it closes the gap between pictures and captions
(Fahim, Murphy, Fyshe 2024, arXiv:2405.18570).
"""

from __future__ import annotations

from torch import Tensor

from engine.objectives import objective
from engine.objectives.cosines import unit


@objective("alignment", paper="arXiv:2405.18570")
def alignment(anchors: Tensor, partners: Tensor) -> Tensor:
    """Mean squared distance, 0 to 4, between row i of `anchors` (n, d) and row i of `partners` (n, d), both of length one."""
    return (unit(anchors) - unit(partners)).square().sum(1).mean()
