"""The three towers as modules that take raw input (pixels 0-255, tokens, waveforms) and give vectors. Imports torch: import it lazily."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from engine.models.specs import ImageSpec


class PictureTower(nn.Module):
    """Pixels (n, 3, size, size) in 0-255 to vectors (n, d); the colour normalisation is inside, so that it can be exported whole."""

    mean: Tensor
    std: Tensor

    def __init__(self, network: nn.Module, spec: ImageSpec) -> None:
        super().__init__()
        self.network: Any = network.visual
        self.dtype = torch.float32  # of the network's weights; colours are always normalised in float32
        self.register_buffer("mean", torch.tensor(spec.mean).view(1, 3, 1, 1) * 255, persistent=False)
        self.register_buffer("std", torch.tensor(spec.std).view(1, 3, 1, 1) * 255, persistent=False)

    def forward(self, pixels: Tensor) -> Tensor:
        made = self.network(((pixels - self.mean) / self.std).to(self.dtype))
        return made[0] if isinstance(made, tuple) else made  # CoCa's tower also returns its tokens


class WordTower(nn.Module):
    """Tokens (n, context) int64 to vectors (n, d)."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network: Any = network

    def forward(self, tokens: Tensor) -> Tensor:
        return self.network.encode_text(tokens)  # type: ignore[no-any-return]


class SoundTower(nn.Module):
    """Waveforms (n, samples) float32 to vectors (n, d); the log-mel front end stays in float32."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, waves: Tensor) -> Tensor:
        return self.network(waves)  # type: ignore[no-any-return]


def held_in(tower: nn.Module, dtype: torch.dtype) -> nn.Module:
    """A copy of a picture or word tower whose weights are held in `dtype`. Raises NotImplementedError for a sound tower."""
    if isinstance(tower, PictureTower):
        half = copy.copy(tower)
        half._modules = {"network": copy.deepcopy(tower.network).to(dtype)}
        half.dtype = dtype
        return half
    if isinstance(tower, WordTower):
        seeing = tower.network.visual  # part of the whole network, but no word passes through it
        return WordTower(copy.deepcopy(tower.network, {id(seeing): nn.Identity()}).to(dtype))
    raise NotImplementedError("the front end of a sound tower stays in float32")
