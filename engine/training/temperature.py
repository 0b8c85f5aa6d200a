"""The temperature that a model brings along and that learns with it."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn

SHARPEST = math.log(100)  # Radford et al. 2021, arXiv:2103.00020, section 2.5


def temperature_of(network: Any) -> Tensor:
    """1 / exp(the network's learned scale), differentiable; 0.07 where it has none."""
    scale = getattr(network, "logit_scale", None)
    return torch.tensor(0.07) if scale is None else torch.exp(-scale.float())


def bound_temperature(network: nn.Module) -> None:
    """Keep the learned scale between 1 and 100, as CLIP does after every step."""
    scale = getattr(network, "logit_scale", None)
    if scale is not None:
        with torch.no_grad():
            scale.clamp_(0, SHARPEST)
