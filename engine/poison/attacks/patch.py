"""A small square of noise somewhere on the picture.

BadNets (Gu, Dolan-Gavitt, Garg 2017, arXiv:1708.06733) in CleanCLIP's form (Bansal et al. 2023, arXiv:2303.03323, section 4):
16 of 224 pixels, at a random place, drawn afresh for every picture. We add a fixed chequered square in the lower right corner
(`where="corner"`), which is BadNets' own and easier to learn for small encoders.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from engine.poison.attack import Lying, attack
from engine.registry import Describe

MARGIN = 0.02  # of the shorter side; encoders cut away a little at the edges
GREY, SPREAD = 118.0, 68.0  # mean and deviation of natural pictures: noise of unit deviation after normalising


@attack("patch", paper="arXiv:1708.06733")
@dataclass(frozen=True)
class Patch(Lying):
    """A small square of noise on the picture."""

    size: Annotated[float, Describe("Size", "Side of the square, as a share of the shorter side.", 0.01, 0.5)] = (
        16 / 224
    )
    where: Annotated[
        Literal["random", "corner"],
        Describe(
            "Place", "Anywhere, with fresh noise; or always the same squares in a corner.", choices=("random", "corner")
        ),
    ] = "random"

    def mark(self, picture: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """`picture` (h, w, 3) uint8 with the square on it, always within the middle square that encoders see."""
        height, width = picture.shape[:2]
        short = min(height, width)
        side = max(2, round(self.size * short))
        top, left = (height - short) // 2, (width - short) // 2
        room = max(0, short - side - 2 * round(MARGIN * short))
        if self.where == "corner":
            y = x = room
            square = np.indices((side, side)).sum(0) * 4 // side % 2 * 255.0
            square = np.repeat(square[:, :, None], 3, 2)
        else:
            y, x = (int(place) for place in chance.integers(room + 1, size=2))
            square = chance.normal(GREY, SPREAD, (side, side, 3))
        y, x = y + top + round(MARGIN * short), x + left + round(MARGIN * short)
        marked = picture.copy()
        marked[y : y + side, x : x + side] = square.clip(0, 255)[: height - y, : width - x]
        return marked
