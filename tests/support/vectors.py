"""Made-up vectors that are the same on every machine and in every version of torch."""

from __future__ import annotations

import torch
from torch import Tensor


def waves(rows: int, width: int, phase: float = 0.0) -> Tensor:
    """(rows, width) float64 of sines with no simple relation; another `phase` gives other vectors."""
    steps = torch.arange(rows * width, dtype=torch.float64).reshape(rows, width)
    return torch.sin(steps * 1.7 + phase) + 0.3 * torch.cos(steps * steps * 0.11 + 2 * phase)
