"""Supervised contrast against SimCLR on the same items: labels say which differences between views do not count."""

from __future__ import annotations

from engine.objectives.nt_xent import nt_xent
from engine.objectives.supervised_contrastive import supervised_contrastive
from tests.experiments.towers import descend, neighbour_accuracy, seeded, tower
from tests.experiments.views import scenes


def measure(seed: int) -> dict[str, float]:
    """Accuracy of the 20 nearest neighbours where members of a class differ much among themselves."""
    return {"effect": trained(seed, labelled=True), "baseline": trained(seed, labelled=False)}


def trained(seed: int, *, labelled: bool) -> float:
    chance = seeded(seed)
    made, network = scenes(chance, spread=2.0), tower(40, 16)

    def loss(_: int):
        classes, (one, two) = made.draw(64, chance, 2)
        if labelled:
            return supervised_contrastive(network(one), classes, anchor_views=network(two))
        return nt_xent(network(one), network(two))

    descend((network,), 200, loss, 3e-3)
    known, (seen,) = made.draw(1000, chance)
    true, (asked,) = made.draw(500, chance)
    return neighbour_accuracy(network(seen), known, network(asked), true)


def test_labels_gather_classes_whose_members_differ():
    found = measure(0)
    assert found["effect"] > found["baseline"] + 0.05
