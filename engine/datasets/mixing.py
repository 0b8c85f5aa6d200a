"""Mixes each item of a batch with another one (Zhang et al. 2018, arXiv:1710.09412; shares as in arXiv:2010.06300)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def draw_mixture(
    count: int, generator: torch.Generator, *, spread: float = 0.15, portion: float = 0.5
) -> tuple[Tensor, Tensor]:
    """`order` (count,), the row to mix each row with, and `shares` (count,) in [0, 1], how much of its own it keeps.

    Each row is mixed with probability `portion`, by a share from Beta(spread, spread): a small spread mostly keeps one of
    the two. Rows that are not mixed have a share of 1.
    """
    order = torch.randperm(count, generator=generator)
    seed = int(torch.randint(2**62, (1,), generator=generator))  # torch's own Beta takes no generator
    drawn = torch.from_numpy(np.random.default_rng(seed).beta(spread, spread, count)).float()
    chosen = torch.rand(count, generator=generator) < portion
    return order, torch.where(chosen, drawn, 1.0)


def mixed(values: Tensor, order: Tensor, shares: Tensor) -> Tensor:
    """A new tensor of mixtures of `values` (n, ...): pictures, sounds or vectors. `values` stays as it is."""
    parts = shares.to(values).reshape(-1, *[1] * (values.ndim - 1))
    return parts * values + (1 - parts) * values[order]
