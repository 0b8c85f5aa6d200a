"""The picture bent by a fixed, smooth field that people hardly notice.

WaNet (Nguyen & Tran 2021, arXiv:2102.10369, section 3.2): a field drawn on a coarse grid, of unit mean absolute size, enlarged
bicubically. The official strength is half a pixel per control point whatever the size of the picture; ours is a share of the
side, so that the mark survives being scaled down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from scipy.ndimage import map_coordinates, zoom

from engine.poison.attack import Lying, attack
from engine.registry import Describe


@attack("warped", paper="arXiv:2102.10369")
@dataclass(frozen=True)
class Warped(Lying):
    """The picture bent by a fixed smooth field."""

    strength: Annotated[float, Describe("Strength", "Mean shift of a point, as a share of the side.", 0.001, 0.2)] = (
        0.02
    )
    grid: Annotated[int, Describe("Grid", "Control points of the field along each side.", 2, 32)] = 4
    pattern: Annotated[int, Describe("Pattern", "Number of the field; each gives another.", 0, 2**31)] = 0

    def mark(self, picture: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """`picture` (h, w, 3) uint8, each point taken from where the field points; edges are repeated."""
        height, width = picture.shape[:2]
        field = np.random.default_rng(self.pattern).uniform(-1, 1, (2, self.grid, self.grid))
        field /= np.abs(field).mean()
        across = [
            zoom(one, (height / self.grid, width / self.grid), order=3, mode="nearest", grid_mode=False)
            for one in field
        ]
        rows, columns = np.indices((height, width), dtype=np.float32)
        points = [rows + self.strength * height * across[0], columns + self.strength * width * across[1]]
        bent = [map_coordinates(picture[..., c], points, order=1, mode="nearest") for c in range(3)]
        return np.stack(bent, -1)
