"""The learned group centres of SwAV (Caron et al. 2020, arXiv:2006.09882), and how evenly items use them."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from engine.errors import UserFixable
from engine.objectives.cosines import cosines

ITEMS_A_GROUP = 4


class Prototypes(nn.Module):
    """`count` directions of `width`. Call `settle` before each step's losses."""

    def __init__(self, count: int, width: int, frozen_steps: int = 0) -> None:
        super().__init__()
        self.frozen_steps = frozen_steps
        self.directions = nn.Parameter(normalize(torch.randn(count, width), dim=-1))

    @torch.no_grad()
    def settle(self, step: int) -> None:
        """Bring every direction back to length one; they start to move after `frozen_steps`."""
        self.directions.copy_(normalize(self.directions, dim=-1))
        self.directions.requires_grad_(step >= self.frozen_steps)

    @torch.no_grad()
    def groups_of(self, vectors: Tensor) -> Tensor:
        """The number (n,) of the nearest group for each of `vectors` (n, width)."""
        return cosines(vectors, self.directions).argmax(1)

    @torch.no_grad()
    def used(self, vectors: Tensor) -> int:
        """How many groups have at least one of `vectors` (n, width); 1 means that everything fell into one."""
        return int(self.groups_of(vectors).unique().numel())


def check_group_count(groups: int, items: int) -> None:
    """Raises UserFixable when there are too few `items` for that many groups."""
    allowed = items // ITEMS_A_GROUP
    if groups > allowed:
        raise UserFixable(
            f"{groups} groups are too many for {items} items: at most {allowed} ({ITEMS_A_GROUP} items a group).",
            "Nothing was trained.",
            "Use fewer groups, or more items.",
        )
