"""Whitens vectors in groups of channels, so that no few directions make everything look alike.

Zhuo et al. 2023, arXiv:2305.17746. We add a small floor to the eigenvalues (theirs gives NaN for a constant channel) and let
the last group be smaller where the channels do not divide evenly. What was fitted is kept, to be applied to later vectors.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.errors import UserFixable

FLOOR = 1e-5  # of the mean eigenvalue


@dataclass(frozen=True, eq=False)
class Whitening:
    """Channel groups, the `mean` (d,) and one matrix a group. Vectors of two different fits are never to be compared."""

    groups: tuple[Tensor, ...]
    mean: Tensor
    matrices: tuple[Tensor, ...]

    def of(self, vectors: Tensor) -> Tensor:
        """`vectors` (n, d), whitened; gradients pass through as through any fixed linear map."""
        centred = vectors - self.mean
        whitened = torch.empty_like(centred)
        for channels, matrix in zip(self.groups, self.matrices, strict=True):
            whitened[:, channels] = centred[:, channels] @ matrix
        return whitened


@torch.no_grad()
def fit_whitening(vectors: Tensor, width: int, generator: torch.Generator | None = None) -> Whitening:
    """Fit to `vectors` (n, d) in groups of `width` channels, drawn by chance."""
    order = torch.randperm(vectors.shape[1], generator=generator).to(vectors.device)
    groups = order.split(width)
    mean = vectors.mean(0)
    centred = vectors - mean
    return Whitening(groups, mean, tuple(_inverse_root(centred[:, channels]) for channels in groups))


def check_enough(count: int, width: int) -> None:
    """Raises UserFixable when `count` vectors are too few for groups of `width` channels."""
    if count < 4 * width:
        raise UserFixable(
            f"Whitening groups of {width} channels needs at least {4 * width} vectors, and there are {count}.",
            "Nothing was changed.",
            f"Use groups of {max(1, count // 4)} or fewer, or more vectors.",
        )


def _inverse_root(centred: Tensor) -> Tensor:
    """The symmetric S^(-1/2) of the covariance S of `centred` (n, c)."""
    covariance = centred.T @ centred / len(centred)
    values, directions = torch.linalg.eigh(covariance)
    floor = FLOOR * values.mean().clamp_min(0) + torch.finfo(values.dtype).tiny ** 0.5
    return (directions * (values.clamp_min(0) + floor).rsqrt()) @ directions.T
