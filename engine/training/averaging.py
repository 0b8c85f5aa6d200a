"""A moving average of a network's weights, which is what gets evaluated and shipped (Polyak & Juditsky 1992)."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class MovingAverage:
    """Keeps `decay * average + (1 - decay) * weights` of every floating tensor of `network`'s state."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.state: dict[str, Tensor] = {name: value.detach().clone() for name, value in network.state_dict().items()}

    @torch.no_grad()
    def follow(self, network: nn.Module, step: int) -> None:
        """Take in the weights after `step`; early on the average forgets faster, so that the random start is lost."""
        decay = min(self.decay, (1 + step) / (10 + step))
        for name, value in network.state_dict().items():
            if value.is_floating_point():
                self.state[name].lerp_(value, 1 - decay)
            else:
                self.state[name].copy_(value)
