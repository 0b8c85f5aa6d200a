"""Remembers the vectors of earlier batches, as further negatives for small ones (He et al. 2020, arXiv:1911.05722).

A module with buffers, so that a checkpoint of the network that holds it also holds the queue. Nothing in it is random:
until it is full it is merely shorter.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class MemoryQueue(nn.Module):
    """The newest `size` vectors of `width`; the oldest go first. Push after the loss was computed, never before."""

    rows: Tensor
    pushed: Tensor

    def __init__(self, size: int, width: int) -> None:
        super().__init__()
        self.size = size
        self.register_buffer("rows", torch.zeros(size, width))
        self.register_buffer("pushed", torch.zeros((), dtype=torch.long))  # in all, of which the last `size` are held

    @property
    def vectors(self) -> Tensor:
        """What is held (at most size, width), without gradient; in no particular order."""
        return self.rows[: min(int(self.pushed), self.size)].clone()

    @torch.no_grad()
    def push(self, vectors: Tensor) -> None:
        """Take in `vectors` (n, width), in their order; n need not divide the size."""
        newest = vectors.detach()[-self.size :].to(self.rows)
        skipped = len(vectors) - len(newest)
        places = (int(self.pushed) + skipped + torch.arange(len(newest), device=self.rows.device)) % self.size
        self.rows[places] = newest
        self.pushed += len(vectors)


def fitting_size(wanted: int, items: int, batch: int) -> int:
    """The largest multiple of `batch` that is no more than `wanted` and half of the `items`; at least one batch.

    A queue that holds most of a small archive holds each item's own former vectors as its negatives.
    """
    return max(batch, min(wanted, items // 2) // batch * batch)
