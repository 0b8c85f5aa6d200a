"""Decoupled contrast against SimCLR by size of the batch: it helps small batches, and large ones no more."""

from __future__ import annotations

from engine.objectives.decoupled_views import decoupled_views
from engine.objectives.nt_xent import nt_xent
from tests.experiments.towers import descend, neighbour_accuracy, seeded, tower
from tests.experiments.views import scenes

SEEN = 8000  # items in all, whatever the batch


def measure(seed: int) -> dict[str, float]:
    """Accuracy of the 20 nearest neighbours after the same number of items, in batches of 8 and of 128."""
    return {
        "effect": trained(seed, decoupled_views, 8),
        "baseline": trained(seed, nt_xent, 8),
        "large_effect": trained(seed, decoupled_views, 128),
        "large_baseline": trained(seed, nt_xent, 128),
    }


def trained(seed: int, objective, batch: int) -> float:
    chance = seeded(seed)
    made, network = scenes(chance, 30), tower(40, 16)

    def loss(_: int):
        _, (one, two) = made.draw(batch, chance, 2)
        return objective(network(one), network(two))

    descend((network,), SEEN // batch, loss, 1e-3 * (batch / 8) ** 0.5)
    known, (seen,) = made.draw(2000, chance)
    true, (asked,) = made.draw(1000, chance)
    return neighbour_accuracy(network(seen), known, network(asked), true)


def test_it_helps_small_batches_and_not_large_ones():
    found = measure(0)
    small = found["effect"] - found["baseline"]
    assert small > 0.005
    assert small > found["large_effect"] - found["large_baseline"]
