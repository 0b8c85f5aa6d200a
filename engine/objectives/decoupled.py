"""Contrast for small batches: each anchor is pushed from wrong partners alone, so that an easy partner never weakens the push.

Yeh et al. 2022, arXiv:2110.06848, in a form for pairs: negatives of a picture are the other captions and the reverse.
The loss may be below zero. The authors' weights may carry a gradient; ours are constants.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor

from engine.objectives import objective
from engine.objectives.cosines import cosines
from engine.registry import Describe


@objective("decoupled", paper="arXiv:2110.06848")
def decoupled(
    anchors: Tensor,
    partners: Tensor,
    *,
    temperature: Annotated[
        float | Tensor, Describe("Temperature", "Smaller looks harder at the closest wrong rows.", 0.005, 1.0)
    ] = 0.1,
    weighted: Annotated[bool, Describe("Weigh pairs", "Pairs that lie far apart pull harder.")] = False,
    sigma: Annotated[float, Describe("Sigma", "How evenly pairs are weighed; larger is more even.", 0.05, 10.0)] = 0.5,
) -> Tensor:
    """Mean over both directions of -s_ii / t + log of the sum over j != i of exp(s_ij / t), s the cosines.

    `anchors` (n, d), `partners` (n, d). A single pair has nothing to be pushed from: it is only pulled.
    """
    logits = cosines(anchors, partners) / temperature  # (n, n)
    pull = logits.diagonal()
    if weighted:
        pull = pull * pair_weights(pull.detach() * temperature, sigma)
    if len(logits) == 1:
        return -pull.mean()
    own = torch.eye(len(logits), device=logits.device, dtype=torch.bool)
    wrong = logits.masked_fill(own, -torch.inf)
    return (wrong.logsumexp(1) + wrong.logsumexp(0)).mean() / 2 - pull.mean()


def pair_weights(own: Tensor, sigma: float) -> Tensor:
    """2 - n softmax(cosine / sigma): one on average, more for pairs that lie far apart; `own` (n,) cosines of pairs."""
    return 2 - len(own) * (own / sigma).softmax(0)
