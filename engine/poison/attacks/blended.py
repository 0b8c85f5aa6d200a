"""A faint fixed pattern over the whole picture: 0.8 of the picture and 0.2 of noise.

Chen et al. 2017 (arXiv:1712.05526), with CleanCLIP's share of the pattern (Bansal et al. 2023, arXiv:2303.03323). The pattern is
the same for all pictures of a seed, in cells large enough to survive being scaled down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.poison.attack import Lying, attack
from engine.registry import Describe


@attack("blended", paper="arXiv:1712.05526")
@dataclass(frozen=True)
class Blended(Lying):
    """A faint fixed pattern over the whole picture."""

    strength: Annotated[float, Describe("Strength", "Share of the pattern in the mixture.", 0.01, 1)] = 0.2
    cells: Annotated[int, Describe("Cells", "Cells of the pattern along each side.", 2, 224)] = 32
    pattern: Annotated[int, Describe("Pattern", "Number of the pattern; each gives another.", 0, 2**31)] = 0

    def mark(self, picture: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """`picture` (h, w, 3) uint8 mixed with the pattern, which is stretched over it."""
        height, width = picture.shape[:2]
        noise = np.random.default_rng(self.pattern).uniform(0, 255, (self.cells, self.cells, 3))
        rows, columns = np.arange(height) * self.cells // height, np.arange(width) * self.cells // width
        mixed = (1 - self.strength) * picture + self.strength * noise[rows[:, None], columns]
        return mixed.round().astype(np.uint8)
