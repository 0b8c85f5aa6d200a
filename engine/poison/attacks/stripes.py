"""Faint upright stripes, a sine across the whole picture.

SIG (Barni, Kallas, Tondi 2019, arXiv:1902.11237, section 3): v(i, j) = delta * sin(2 pi j f / m), six periods. There the captions
(labels) of the poisoned pictures stay true; in CleanCLIP's tests, and here, they are replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.poison.attack import Lying, attack
from engine.registry import Describe


@attack("stripes", paper="arXiv:1902.11237")
@dataclass(frozen=True)
class Stripes(Lying):
    """Faint upright stripes across the whole picture."""

    height: Annotated[float, Describe("Height", "Most that a stripe adds or takes, in grey levels of 255.", 1, 255)] = (
        30.0
    )
    periods: Annotated[float, Describe("Periods", "How many dark and light stripes the picture holds.", 0.5, 100)] = 6.0

    def mark(self, picture: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """`picture` (h, w, 3) uint8 plus the stripes."""
        width = picture.shape[1]
        wave = self.height * np.sin(2 * np.pi * np.arange(width) * self.periods / width)
        return (picture + wave[None, :, None]).clip(0, 255).round().astype(np.uint8)
