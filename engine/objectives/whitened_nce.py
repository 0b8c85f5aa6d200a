"""Several views of one text are to find one another after each was whitened in channel groups of its own.

Zhuo et al. 2023, arXiv:2305.17746 (WhitenedCSE). Without their dense layer after the whitening, which would be the
recipe's to pass its views through. Matrices are constants, as in their code. On toy data it did harm where the test drops
the whitening (measured, tests/benchmarks/objectives.py whitened_nce): try `group_whitening` on the vectors first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.objectives.group_whitening import fit_whitening
from engine.registry import Describe


@objective("whitened_nce", paper="arXiv:2305.17746", constant_inside=True)
def whitened_nce(
    views: Sequence[Tensor],
    *,
    generator: torch.Generator | None = None,
    width: Annotated[int, Describe("Channels a group", "At most a quarter of the batch.", 1, 256)] = 6,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest wrong rows.", 0.005, 1.0)
    ] = 0.05,
) -> Tensor:
    """Sum over the later views of one-way InfoNCE from the first; `views`: two or more of (n, d) of the same items."""
    with torch.autocast(views[0].device.type, enabled=False):
        exact = [view if view.dtype == torch.float64 else view.float() for view in views]
        first, *later = [fit_whitening(view.detach(), width, generator).of(view) for view in exact]
    own = torch.arange(len(first), device=first.device)
    return torch.stack([cross_entropy(cosines(first, other) / temperature, own) for other in later]).sum()
