"""What a way to ask gets and gives: access to vectors of words, items and files; a unit direction with what was left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.values import Kind


class Asking(Protocol):
    """What the search lends to a way to ask. All vectors are unit float32 (d,)."""

    def words(self, text: str) -> np.ndarray:
        """Raises UserFixable when the model cannot read words."""
        ...

    def item(self, item_id: int) -> np.ndarray:
        """Raises UserFixable when the item has no vector in the space."""
        ...

    def file(self, path: str) -> tuple[np.ndarray, Kind]:
        """Raises UserFixable with the file's reason when it cannot be read."""
        ...

    def kind_of(self, item_id: int) -> Kind: ...


@dataclass(frozen=True, eq=False)
class Direction:
    """Where in the space to look. `kind` is the modality asked in, for the right background; `words` go to the full-text search."""

    vector: np.ndarray | None  # unit float32 (d,); None when no term could be used
    kind: Kind
    words: str = ""
    itself: tuple[int, ...] = ()  # items that are the question and no answer
    left_out: tuple[str, ...] = ()


def unit(vector: np.ndarray) -> np.ndarray:
    """`vector` with length one; zeros stay zeros."""
    return (vector / max(float(np.linalg.norm(vector)), 1e-12)).astype(np.float32)
