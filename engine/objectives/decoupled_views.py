"""SimCLR for small batches: as `nt_xent`, but an item's second view is no part of what it is pushed from.

Yeh et al. 2022, arXiv:2110.06848; the mean of both directions. Weights are constants; in the code that others refer to a
gradient runs through them.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.objectives.decoupled import pair_weights
from engine.registry import Describe


@objective("decoupled_views", paper="arXiv:2110.06848")
def decoupled_views(
    anchors: Tensor,
    anchor_views: Tensor,
    *,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest wrong views.", 0.005, 1.0)
    ] = 0.1,
    weighted: Annotated[bool, Describe("Weigh pairs", "Views that lie far apart pull harder.")] = False,
    sigma: Annotated[float, Describe("Sigma", "How evenly pairs are weighed; larger is more even.", 0.05, 10.0)] = 0.5,
) -> Tensor:
    """Mean over all 2n views of -s_own / t + log of the sum of exp(s / t) over the other items' 2 (n - 1) views.

    `anchors` (n, d) and `anchor_views` (n, d) show the same items. A single item has nothing to be pushed from.
    """
    count = len(anchors)
    both = torch.cat([anchors, anchor_views])
    logits = cosines(both, both) / temperature  # (2n, 2n)
    pull = logits.diagonal(count)  # (n,): view one with view two
    if weighted:
        pull = pull * pair_weights(pull.detach() * temperature, sigma)
    if count == 1:
        return -pull.mean()
    same = torch.eye(count, device=logits.device, dtype=torch.bool).repeat(2, 2)
    return logits.masked_fill(same, -torch.inf).logsumexp(1).mean() - pull.mean()
