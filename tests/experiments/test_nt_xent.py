"""SimCLR without any label: items of a class come to lie together although circumstances drown them in the raw numbers."""

from __future__ import annotations

from engine.objectives.nt_xent import nt_xent
from tests.experiments.towers import descend, neighbour_accuracy, seeded, tower
from tests.experiments.views import scenes


def measure(seed: int) -> dict[str, float]:
    """Accuracy of the 20 nearest neighbours; baseline: the raw numbers, and the same network untrained."""
    chance = seeded(seed)
    made, network = scenes(chance), tower(40, 16)
    known, (seen,) = made.draw(1000, chance)
    true, (asked,) = made.draw(500, chance)
    found = {"baseline": neighbour_accuracy(seen, known, asked, true)}
    found["untrained"] = neighbour_accuracy(network(seen), known, network(asked), true)

    def loss(_: int):
        _, (one, two) = made.draw(128, chance, 2)
        return nt_xent(network(one), network(two))

    descend((network,), 200, loss, 3e-3)
    return {"effect": neighbour_accuracy(network(seen), known, network(asked), true), **found}


def test_classes_come_to_lie_together_without_a_label():
    found = measure(0)
    assert found["effect"] > found["baseline"] + 0.2
    assert found["effect"] > found["untrained"] + 0.4
