"""The image stage: pictures are moved to the vectors of the words and sentences that describe them.

Locked-text tuning (Zhai et al. 2022, arXiv:2111.07991) with a text tower that never sees a picture, so each set can be
compared with all of its sentences at once instead of with a batch's. Early epochs see small pictures (Touvron et al.
2019, arXiv:1906.06423; measured here: a third of the cost at 64 pixels).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize, one_hot, softmax

from engine.datasets.random_views import random_views
from engine.objectives.prototype_nce import prototype_nce
from engine.training.starter.architecture import MEAN, STD


@dataclass(frozen=True, eq=False)
class Source:
    """One set: `pictures` (n, h, w, 3 or 4) uint8; row i means `meanings[labels[i]]`, one of (k, d) unit vectors.

    `share` of each batch comes from it. `kinship` is the share of the target given to other meanings by their
    likeness (nearly equal captions are no mistakes); `smallest` is the least area of a crop.
    """

    name: str
    pictures: np.ndarray
    labels: np.ndarray
    meanings: np.ndarray
    share: int
    kinship: float = 0.0
    smallest: float = 0.35
    focus: np.ndarray | None = None


Part = list[tuple[str, Tensor, Tensor]]


class ImageAlignment:
    """The image stage's task: `sizes` are (from, pixels) by how far the run has come."""

    def __init__(
        self, network: nn.Module, sources: list[Source], sizes: list[tuple[float, int]], temperature: float = 0.05
    ) -> None:
        self.network = network
        self.weights = {source.name: source.share / sum(s.share for s in sources) for source in sources}
        self._sources, self._sizes, self._temperature = sources, sizes, temperature
        self._meanings = {source.name: torch.from_numpy(source.meanings).float() for source in sources}
        self._mean, self._std = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STD))

    def parts(self, done: float, count: int, generator: torch.Generator) -> list[Part]:
        """For each replica: per source its views (m, 3, size, size) and labels (m,)."""
        size = next(pixels for start, pixels in reversed(self._sizes) if done >= start)
        return [[self._drawn(source, size, generator) for source in self._sources] for _ in range(count)]

    def losses(self, network: nn.Module, part: Part) -> dict[str, Tensor]:
        """Naming each picture among all meanings of its own source."""
        views = torch.cat([views for _, views, _ in part])
        views = ((views - self._mean) / self._std).contiguous(memory_format=torch.channels_last)
        vectors = network(views).float().split([len(labels) for _, _, labels in part])
        return {
            source.name: prototype_nce(
                rows,
                self._meanings[source.name],
                self._targets(source, labels),
                temperature=self._temperature,
                smoothing=0.1 if source.kinship == 0 else 0.0,
            )
            for source, rows, (_, _, labels) in zip(self._sources, vectors, part, strict=True)
        }

    def _drawn(self, source: Source, size: int, generator: torch.Generator) -> tuple[str, Tensor, Tensor]:
        rows = torch.randint(len(source.pictures), (source.share,), generator=generator).numpy()
        pictures = torch.from_numpy(source.pictures[rows]).permute(0, 3, 1, 2)
        if pictures.shape[1] == 4:
            pictures = _on_mats(pictures, generator)
        focus = None if source.focus is None else torch.from_numpy(source.focus[rows])
        views = random_views(pictures, size, generator, smallest=source.smallest, focus=focus)
        return source.name, views, torch.from_numpy(source.labels[rows])

    def _targets(self, source: Source, labels: Tensor) -> Tensor:
        if source.kinship == 0:
            return labels
        meanings = normalize(self._meanings[source.name], dim=-1)
        kin = softmax(meanings[labels] @ meanings.T / 0.05, dim=-1)
        return (1 - source.kinship) * one_hot(labels, len(meanings)) + source.kinship * kin


def _on_mats(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Transparent pictures (n, 4, h, w) on a plain mat each: a third white, the rest of any colour."""
    mats = torch.randint(256, (len(pictures), 3, 1, 1), generator=generator).float()
    white = torch.rand(len(pictures), generator=generator) < 0.34
    mats[white] = 255.0
    opacity = pictures[:, 3:].float() / 255
    return (pictures[:, :3].float() * opacity + mats * (1 - opacity)).to(torch.uint8)
