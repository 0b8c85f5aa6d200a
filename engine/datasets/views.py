"""What a step of training sees of the user's pairs: fresh random views of pictures, one sentence of each, changed copies of both."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from engine.datasets.pairs import Pairs
from engine.datasets.random_views import random_views
from engine.datasets.sampler import balanced_rows, rows_of_step
from engine.datasets.strong_views import contrast_views, policy_views
from engine.datasets.synonyms import english
from engine.datasets.text_edits import all_edited
from engine.models.loader import Tokenize
from engine.models.specs import ImageSpec

Copies = Literal["policy", "contrast"]


@dataclass(frozen=True, eq=False)
class PairViews:
    """Draws steps of `batch` pairs. `smallest_crop` is the least share of a picture that is shown.

    With `copies` every picture comes a second time, strongly changed, and every sentence with one small edit. With `balanced`
    every class is as frequent as the others.
    """

    pairs: Pairs
    spec: ImageSpec
    tokenize: Tokenize
    batch: int
    seed: int
    smallest_crop: float = 0.6
    colour: float = 0.25
    copies: Copies | None = None
    words: bool = True
    balanced: bool = False

    def draw(self, step: int, generator: torch.Generator) -> dict[str, Tensor]:
        """`pictures` (n, 3, size, size) normalised, `tokens` (n, context), `labels` (n,).

        Which `rows` (n,) of the pairs these are, and which sentence was `said` (n,); copies as `picture_copies`, `token_copies`.
        """
        if self.balanced:
            assert self.pairs.labels is not None
            rows = balanced_rows(step, self.batch, self.pairs.labels, self.seed)
        else:
            rows = rows_of_step(step, self.batch, len(self.pairs), self.seed)
        pictures = torch.from_numpy(self.pairs.pictures[rows]).permute(0, 3, 1, 2)
        drawn = {
            "pictures": self.normalised(
                random_views(pictures, self.spec.size, generator, smallest=self.smallest_crop, colour=self.colour)
            )
        }
        drawn["rows"] = torch.from_numpy(rows)
        if self.pairs.labels is not None:
            drawn["labels"] = torch.from_numpy(self.pairs.labels[rows])
        sentences: list[str] = []
        if self.words:
            places = torch.rand(len(rows), generator=generator).tolist()
            said = [int(place * len(self.pairs.sentences[row])) for row, place in zip(rows, places, strict=True)]
            sentences = [self.pairs.sentence(int(row), number) for row, number in zip(rows, said, strict=True)]
            drawn["said"] = torch.tensor(said)
            drawn["tokens"] = self.tokenize(sentences)
        if self.copies is not None:
            change: Callable[..., Tensor] = policy_views if self.copies == "policy" else contrast_views
            drawn["picture_copies"] = self.normalised(
                change(pictures, self.spec.size, generator, smallest=self.smallest_crop)
            )
            if self.words:
                drawn["token_copies"] = self.tokenize(all_edited(sentences, generator, synonyms=english()))
        return drawn

    def normalised(self, views: Tensor) -> Tensor:
        """Views in [0, 1] with the model's mean and spread of colours."""
        mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in (self.spec.mean, self.spec.std))
        return (views - mean) / std
