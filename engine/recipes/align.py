"""Moves a model so that each picture lands on its own words and away from the other pictures' words.

Symmetric InfoNCE on the user's pairs (Radford et al. 2021, arXiv:2103.00020). We let the user keep one of the two
encoders fixed (Zhai et al. 2022, arXiv:2111.07991), which is what few pairs need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from engine.recipes import recipe
from engine.registry import Describe

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from engine.datasets.pairs import Pairs
    from engine.models.loader import Towers
    from engine.training.plan import Plan


@recipe("align", paper="arXiv:2103.00020")
@dataclass(frozen=True)
class Align:
    """Teach a model your own pairs of pictures and words."""

    passes: Annotated[float, Describe("Passes", "How often every pair is seen.", 0.1, 1000)] = 10.0
    batch: Annotated[int, Describe("Batch", "Pairs that are compared with one another at a time.", 1, 4096)] = 64
    learning_rate: Annotated[float, Describe("Learning rate", "How far each step goes.", 1e-7, 1e-1)] = 1e-4
    temperature: Annotated[float, Describe("Temperature", "Smaller looks harder at close wrong words.", 0.005, 1)] = (
        0.07
    )
    moves: Annotated[
        Literal["image", "text", "both"],
        Describe("What moves", "The other encoder stays as it is.", choices=("image", "text", "both")),
    ] = "both"
    smallest_crop: Annotated[float, Describe("Smallest crop", "Least share of a picture that is shown.", 0.05, 1)] = 0.6
    seed: Annotated[int, Describe("Seed", "The same seed gives the same training.", 0, 2**31)] = 0

    def plan(self, pairs: Pairs) -> Plan:
        """`passes` times all pairs, in batches."""
        from engine.training.plan import Plan

        steps = max(1, round(self.passes * len(pairs) / min(self.batch, len(pairs))))
        return Plan(steps, self.learning_rate, precision="float32", seed=self.seed, save_every=100, log_every=10)

    def task(self, towers: Towers, pairs: Pairs) -> Alignment:
        """The towers' network, with the encoder that does not move frozen."""
        network = towers.network
        for name, parameter in network.named_parameters():
            of_image = name.startswith("visual.")
            moving = self.moves == "both" or of_image == (self.moves == "image")
            parameter.requires_grad_(moving and not name.startswith("logit_"))
        return Alignment(self, towers, pairs)


class Alignment:
    """The recipe's task: crops of pictures and one sentence of each, compared within the batch."""

    def __init__(self, settings: Align, towers: Towers, pairs: Pairs) -> None:
        import torch

        self.network: nn.Module = towers.network
        self.weights = {"info_nce": 1.0}
        self._settings, self._pairs, self._tokenize = settings, pairs, towers.tokenize
        image = towers.folder.image
        self._size = image.size
        self._mean, self._std = (torch.tensor(values).view(1, 3, 1, 1) for values in (image.mean, image.std))

    def parts(self, done: float, count: int, generator: torch.Generator) -> list[tuple[Tensor, Tensor]]:
        """Pictures (m, 3, size, size), normalised, and token ids (m, context), `count` times."""
        return [self._part(generator) for _ in range(count)]

    def losses(self, network: nn.Module, part: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        """Symmetric InfoNCE of the batch."""
        from engine.objectives.info_nce import info_nce

        pictures, ids = part
        device = next(network.parameters()).device
        anchors = network.encode_image(pictures.to(device))  # type: ignore[operator]
        partners = network.encode_text(ids.to(device))  # type: ignore[operator]
        return {"info_nce": info_nce(anchors, partners, temperature=self._settings.temperature)}

    def _part(self, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        import torch

        from engine.datasets.random_views import random_views

        rows, sentences = self._pairs.draw(self._settings.batch, generator)
        pictures = torch.from_numpy(self._pairs.pictures[rows]).permute(0, 3, 1, 2)
        views = random_views(pictures, self._size, generator, smallest=self._settings.smallest_crop)
        return (views - self._mean) / self._std, self._tokenize(sentences)
