"""Made-up items of several classes, of which every view shows the same thing among other circumstances."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Scenes:
    """40 numbers: half of them say what it is, half are circumstances that every view draws anew, all stirred together."""

    centres: Tensor
    stir: Tensor
    spread: float = 0.6
    circumstances: float = 3.0

    def draw(self, count: int, chance: torch.Generator, shown: int = 1) -> tuple[Tensor, list[Tensor]]:
        """Classes (count,) and `shown` views (count, 40) of each item."""
        classes = torch.randint(len(self.centres), (count,), generator=chance)
        item = self.centres[classes] + self.spread * torch.randn(count, 20, generator=chance)
        return classes, [self._view(item, chance) for _ in range(shown)]

    def _view(self, item: Tensor, chance: torch.Generator) -> Tensor:
        around = self.circumstances * torch.randn(len(item), 20, generator=chance)
        return torch.cat([item + 0.2 * torch.randn(item.shape, generator=chance), around], dim=1) @ self.stir


def scenes(chance: torch.Generator, classes: int = 12, **settings: float) -> Scenes:
    """Class centres and a rotation drawn by chance."""
    centres = torch.randn(classes, 20, generator=chance)
    return Scenes(centres, torch.linalg.qr(torch.randn(40, 40, generator=chance))[0], **settings)
