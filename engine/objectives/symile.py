"""Matches three or more kinds at once, so that what only all of them together tell is learned, too.

Saporta, Puli, Goldstein, Ranganath 2024, arXiv:2411.01053. With two kinds it is InfoNCE with shuffled negatives. Products
of many unit vectors are tiny: the temperature has to be far smaller than for pairs, and is best learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Annotated, Literal

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.objectives import objective
from engine.objectives.cosines import unit
from engine.registry import Describe


@objective("symile", paper="arXiv:2411.01053")
def symile(
    parts: Sequence[Tensor],
    *,
    generator: torch.Generator | None = None,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Far smaller than for pairs, and best learned.", 0.0001, 2.0)
    ] = 0.005,
    negatives: Annotated[
        Literal["shuffled", "all"],
        Describe("Wrong records", "All combinations help on small data, and cost more.", choices=("shuffled", "all")),
    ] = "shuffled",
) -> Tensor:
    """Mean over the kinds, each as anchor, of the cross-entropy of finding the rest of its record.

    `parts`: two or more of (n, d), row i of each is record i. A score is the sum over k of the product of all parts' k-th
    numbers. "shuffled" compares with n - 1 chance combinations, "all" with every combination of the batch.
    """
    with torch.autocast(parts[0].device.type, enabled=False):
        vectors = [unit(part) for part in parts]
        losses = []
        for place, anchor in enumerate(vectors):
            others = vectors[:place] + vectors[place + 1 :]
            scores = _against_all(anchor, others) if negatives == "all" else _against_some(anchor, others, generator)
            own = torch.arange(len(anchor), device=anchor.device)
            losses.append(cross_entropy(scores / temperature, own))
    return torch.stack(losses).mean()


def together(parts: Sequence[Tensor]) -> Tensor:
    """The product (n, d) of the parts, number by number: what a candidate of the missing kind is compared with."""
    return reduce(torch.mul, parts)


def _against_some(anchor: Tensor, others: list[Tensor], generator: torch.Generator | None) -> Tensor:
    """(n, n): the true combination on the diagonal, elsewhere combinations drawn by shuffling every kind by itself."""
    orders = [torch.randperm(len(anchor), generator=generator).to(anchor.device) for _ in others]
    wrong = anchor @ together([other[order] for other, order in zip(others, orders, strict=True)]).T
    true = (anchor * together(others)).sum(1)
    return torch.where(torch.eye(len(anchor), device=anchor.device, dtype=torch.bool), true[:, None], wrong)


def _against_all(anchor: Tensor, others: list[Tensor]) -> Tensor:
    """(n, n ** m) for m other kinds: the true combinations are the first n columns."""
    products = others[0]
    for other in others[1:]:
        turned = [products.roll(-turn, 0)[:, None] for turn in range(len(other))]  # turn 0 keeps true ones in front
        products = torch.cat([_times(rolled[:, 0], other) for rolled in turned])
    return anchor @ products.T


def _times(products: Tensor, other: Tensor) -> Tensor:
    """Row by row; `products` may hold several batches one after another."""
    return products * other.repeat(len(products) // len(other), 1)
