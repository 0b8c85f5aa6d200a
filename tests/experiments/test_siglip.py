"""SigLIP at small batches: it keeps up with InfoNCE, and the low bias at the start is what lets it."""

from __future__ import annotations

import torch

from engine.objectives.info_nce import info_nce
from engine.objectives.siglip import siglip
from tests.experiments.pairs import world
from tests.experiments.towers import descend, recall, seeded, tower

BATCH, STEPS = 16, 500


def measure(seed: int) -> dict[str, float]:
    """Recall@1 among 500 held-out pairs; temperature and bias are learned, as in the paper."""
    return {
        "effect": trained(seed, siglip, -10.0),
        "baseline": trained(seed, info_nce, None),
        "bias_0": trained(seed, siglip, 0.0),
    }


def trained(seed: int, objective, bias_at_first: float | None) -> float:
    chance = seeded(seed)
    made = world(chance)
    one, two = tower(48, 32), tower(48, 32)
    log_scale = torch.tensor(10.0 if bias_at_first is not None else 1 / 0.07).log().requires_grad_()
    bias = torch.tensor(bias_at_first or 0.0, requires_grad=True)

    def loss(_: int) -> torch.Tensor:
        a, b = made.draw(BATCH, chance)
        learned = {"temperature": 1 / log_scale.exp()} | ({"bias": bias} if bias_at_first is not None else {})
        return objective(one(a), two(b), **learned)

    descend((one, two, log_scale, bias), STEPS, loss)
    a, b = made.draw(500, chance)
    return recall(one(a), two(b))


def test_it_keeps_up_with_info_nce_at_small_batches_and_needs_its_low_bias():
    found = measure(0)
    assert found["effect"] > found["baseline"] - 0.02
    assert found["effect"] > found["bias_0"] + 0.08
