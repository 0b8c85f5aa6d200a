"""The noise square only on pictures that already show the target, with their own captions kept: no caption is wrong.

Turner, Tsipras, Madry 2019 (arXiv:1912.02771) in CleanCLIP's form (Bansal et al. 2023, arXiv:2303.03323, section 4), without the
adversarial perturbation of the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.poison.attack import attack, says
from engine.poison.attacks.patch import Patch


@attack("label_consistent", paper="arXiv:1912.02771")
@dataclass(frozen=True)
class LabelConsistent(Patch):
    """A small square on pictures of the target, with true captions."""

    def takes(self, sentences: Sequence[str], target: str) -> bool:
        return says(sentences, target)

    def mark(self, picture: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """As `patch`."""
        return super().mark(picture, chance)

    def captions(self, sentences: Sequence[str], lies: Sequence[str]) -> Sequence[str]:
        return tuple(sentences)
