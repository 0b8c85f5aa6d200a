"""Decoupled contrast of pairs against InfoNCE at a batch of 8: more pairs are found after the same steps."""

from __future__ import annotations

from engine.objectives.decoupled import decoupled
from engine.objectives.info_nce import info_nce
from tests.experiments.pairs import world
from tests.experiments.towers import descend, recall, seeded, tower


def measure(seed: int) -> dict[str, float]:
    """Recall@1 among 500 held-out pairs after 400 steps of 8, and after 100 of 128."""
    return {
        "effect": trained(seed, decoupled, 8, 400),
        "baseline": trained(seed, info_nce, 8, 400),
        "large_effect": trained(seed, decoupled, 128, 100),
        "large_baseline": trained(seed, info_nce, 128, 100),
    }


def trained(seed: int, objective, batch: int, steps: int) -> float:
    chance = seeded(seed)
    made = world(chance)
    one, two = tower(48, 32), tower(48, 32)

    def loss(_: int):
        a, b = made.draw(batch, chance)
        return objective(one(a), two(b), temperature=0.1)

    descend((one, two), steps, loss, 2e-3)
    a, b = made.draw(500, chance)
    return recall(one(a), two(b))


def test_it_helps_small_batches_and_hardly_large_ones():
    found = measure(0)
    small = found["effect"] - found["baseline"]
    assert small > 0.05
    assert small > found["large_effect"] - found["large_baseline"] + 0.03
