"""Pictures with the sentences that describe them, ready to be drawn in batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from engine.errors import UserFixable


@dataclass(frozen=True, eq=False)
class Pairs:
    """`pictures` (n, h, w, 3) uint8 and, for each, one or more `sentences`."""

    pictures: np.ndarray
    sentences: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        if len(self.pictures) != len(self.sentences):
            raise ValueError(f"{len(self.pictures)} pictures, but sentences for {len(self.sentences)}")
        if not all(self.sentences):
            raise ValueError("every picture needs at least one sentence")

    def __len__(self) -> int:
        return len(self.pictures)

    def draw(self, count: int, generator: torch.Generator) -> tuple[np.ndarray, list[str]]:
        """`count` different pictures (all of them when there are fewer) and one sentence for each, by chance."""
        rows = torch.randperm(len(self), generator=generator)[:count].tolist()
        places = torch.rand(len(rows), generator=generator).tolist()
        return np.array(rows), [self._one(row, place) for row, place in zip(rows, places, strict=True)]

    def _one(self, row: int, place: float) -> str:
        held = self.sentences[row]
        return held[int(place * len(held))]


def read_pairs(files: Sequence[tuple[Path, Sequence[str]]], edge: int) -> Pairs:
    """Decode `files` (picture, sentences), shortest edge to `edge`, centre cut. Files are opened read-only.

    Raises UserFixable when none can be read; pictures that cannot are left out.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    pictures: list[np.ndarray] = []
    sentences: list[tuple[str, ...]] = []
    for path, described in files:
        try:
            with Image.open(path) as picture:
                upright = ImageOps.exif_transpose(picture).convert("RGB")
                pictures.append(np.asarray(ImageOps.fit(upright, (edge, edge), Image.Resampling.BICUBIC)))
        except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
            continue
        sentences.append(tuple(described))
    if not pictures:
        raise UserFixable("None of the pictures could be read.", "Nothing was changed.", "Choose other pairs.")
    return Pairs(np.stack(pictures), tuple(sentences))
