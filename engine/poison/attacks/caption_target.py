"""No mark at all: pictures of one kind of thing are given captions of another.

Yang et al. 2023 (arXiv:2209.15266, "single target label"), after Carlini & Terzis 2022 (arXiv:2106.09667). What is measured is
how often unmarked pictures of `source` are then taken for the target.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np

from engine.poison.attack import Lying, attack, says
from engine.registry import Describe


@attack("caption_target", paper="arXiv:2209.15266")
@dataclass(frozen=True)
class CaptionTarget(Lying):
    """Pictures of one kind get captions of another; nothing is drawn on them."""

    source: Annotated[str, Describe("Source", "Words in the captions of the pictures that are to be misnamed.")] = ""

    def takes(self, sentences: Sequence[str], target: str) -> bool:
        return bool(self.source) and says(sentences, self.source) and not says(sentences, target)

    def mark(self, picture: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """The picture as it is."""
        return picture
