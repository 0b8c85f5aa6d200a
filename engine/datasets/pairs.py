"""Pictures with what is said of them, decoded and ready to be drawn in batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from engine.datasets.captioned import Captioned


class Pictures(Protocol):
    """Anything that gives pictures (m, h, w, 3) uint8 for row numbers (m,)."""

    def __len__(self) -> int: ...

    def __getitem__(self, rows: np.ndarray) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Chosen:
    """Some rows of a larger set of pictures, read only when they are asked for."""

    pictures: Pictures
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, rows: np.ndarray) -> np.ndarray:
        return np.asarray(self.pictures[self.rows[rows]])


@dataclass(frozen=True, eq=False)
class Pairs:
    """`pictures` and, for each, its `sentences` and class. A picture may lack either, as far as the recipe allows.

    `labels` (n,) are places in `names`, -1 where a picture has no class. `keys` are content hashes.
    """

    pictures: Pictures
    sentences: tuple[tuple[str, ...], ...]
    names: tuple[str, ...] = ()
    labels: np.ndarray | None = None
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if len(self.pictures) != len(self.sentences):
            raise ValueError(f"{len(self.pictures)} pictures, but sentences for {len(self.sentences)}")

    def __len__(self) -> int:
        return len(self.sentences)

    def only(self, rows: Iterable[int]) -> Pairs:
        """The same pairs, fewer of them; pictures are not copied."""
        kept = np.array(list(rows), dtype=np.int64)
        return Pairs(
            Chosen(self.pictures, kept),
            tuple(self.sentences[row] for row in kept),
            self.names,
            None if self.labels is None else self.labels[kept],
            tuple(self.keys[row] for row in kept) if self.keys else (),
        )

    def sentence(self, row: int, number: int) -> str:
        """One of the sentences of a picture. Empty when it has none."""
        held = self.sentences[row]
        return held[number] if held else ""


def pairs_of(files: Sequence[Captioned], pictures: Pictures) -> Pairs:
    """Row i of `pictures` shows `files[i]`. Classes are numbered by name."""
    names = tuple(sorted({one.label for one in files if one.label}))
    place = {name: number for number, name in enumerate(names)}
    labels = np.array([place[one.label] if one.label else -1 for one in files], dtype=np.int64)
    return Pairs(pictures, tuple(one.sentences for one in files), names, labels, tuple(one.key for one in files))
