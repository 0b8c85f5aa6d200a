"""Made-up pairs of two kinds that show the same hidden thing, each in its own way and with its own noise."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class World:
    """Two fixed maps from `hidden` numbers to `width` of each kind; `gentle` ones are nearly straight."""

    first: Tensor
    second: Tensor
    noise: float
    gentle: bool = False

    def draw(self, count: int, chance: torch.Generator) -> tuple[Tensor, Tensor]:
        """`count` pairs (count, width) each."""
        hidden = torch.randn(count, len(self.first), generator=chance)
        return self.show(hidden, chance)

    def show(self, hidden: Tensor, chance: torch.Generator) -> tuple[Tensor, Tensor]:
        """Both kinds of these hidden things."""
        if self.gentle:
            shown = torch.tanh(hidden @ self.first / 4), torch.tanh(hidden @ self.second / 4)
        else:
            shown = torch.tanh(hidden @ self.first / 2), torch.sin(hidden @ self.second / 2)
        one, two = (kind + self.noise * torch.randn(kind.shape, generator=chance) for kind in shown)
        return one, two


def world(chance: torch.Generator, noise: float = 0.1, *, gentle: bool = False) -> World:
    """Maps from 12 hidden numbers to 48, drawn by chance."""
    return World(torch.randn(12, 48, generator=chance), torch.randn(12, 48, generator=chance), noise, gentle)
