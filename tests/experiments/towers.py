"""Tiny networks, a loop and measures for experiments of a few seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize


def tower(width: int, out: int, hidden: int = 64) -> nn.Sequential:
    """Two layers from `width` to `out` numbers."""
    return nn.Sequential(nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, out))


def descend(
    moving: Iterable[nn.Module | Tensor], steps: int, loss_at: Callable[[int], Tensor], rate: float = 1e-3
) -> None:
    """Adam on what is `moving` for `steps` steps of `loss_at`."""
    parameters = [p for one in moving for p in ([one] if isinstance(one, Tensor) else one.parameters())]
    optimiser = torch.optim.Adam(parameters, rate)
    for step in range(steps):
        optimiser.zero_grad()
        loss_at(step).backward()
        optimiser.step()


def recall(anchors: Tensor, partners: Tensor) -> float:
    """Share of `anchors` (n, d) whose nearest of `partners` (n, d) is their own."""
    nearest = (normalize(anchors, dim=-1) @ normalize(partners, dim=-1).T).argmax(1)
    return float((nearest == torch.arange(len(anchors))).float().mean())


def neighbour_accuracy(known: Tensor, classes: Tensor, asked: Tensor, true: Tensor, count: int = 20) -> float:
    """Share of `asked` (n, d) whose `count` nearest `known` (m, d) mostly have the true class."""
    nearest = (normalize(asked, dim=-1) @ normalize(known, dim=-1).T).topk(count, dim=1).indices
    return float((classes[nearest].mode(dim=1).values == true).float().mean())


def seeded(seed: int) -> torch.Generator:
    """Chance for the data; what networks start from is seeded along."""
    torch.manual_seed(seed)
    return torch.Generator().manual_seed(seed)
