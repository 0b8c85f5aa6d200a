"""SwAV's balanced assignment against assigning each item by itself: without balance everything falls into one group."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import normalize

from engine.objectives.cosines import cosines
from engine.objectives.swav import swav
from engine.training.prototypes import Prototypes
from tests.experiments.towers import descend, neighbour_accuracy, seeded, tower
from tests.experiments.views import scenes

GROUPS = 30


def measure(seed: int) -> dict[str, float]:
    """Purity of the groups (share of items whose class is their group's commonest), groups used, neighbours' accuracy."""
    found: dict[str, float] = {}
    for name, balanced in (("effect", True), ("baseline", False)):
        purity, used, near = trained(seed, balanced=balanced)
        found |= {name: purity, f"{name}_groups": used, f"{name}_neighbours": near}
    return found


def trained(seed: int, *, balanced: bool) -> tuple[float, float, float]:
    chance = seeded(seed)
    made, network, prototypes = scenes(chance), tower(40, 16), Prototypes(GROUPS, 16)

    def loss(step: int) -> Tensor:
        prototypes.settle(step)
        _, shown = made.draw(128, chance, 2)
        views = [network(view) for view in shown]
        return swav(views, prototypes.directions) if balanced else alone(views, prototypes.directions)

    descend((network, prototypes), 300, loss, 3e-3)
    known, (seen,) = made.draw(1000, chance)
    true, (asked,) = made.draw(500, chance)
    groups = prototypes.groups_of(network(asked))
    pure = sum(int(true[groups == group].bincount().max()) for group in groups.unique()) / len(true)
    return pure, float(prototypes.used(network(asked))), neighbour_accuracy(network(seen), known, network(asked), true)


def alone(views: list[Tensor], prototypes: Tensor) -> Tensor:
    """The same guess of the other view's group, where every item is assigned to its nearest group by itself."""
    scores = [cosines(view, normalize(prototypes, dim=-1)) for view in views]
    losses = [
        torch.nn.functional.cross_entropy(scores[1 - place] / 0.1, scores[place].detach().argmax(1)) for place in (0, 1)
    ]
    return torch.stack(losses).mean()


def test_balance_is_what_keeps_groups_apart():
    found = measure(0)
    assert found["effect"] > 0.8
    assert found["effect_groups"] >= 25
    assert found["effect_neighbours"] > 0.9
    assert found["baseline_groups"] <= 3
    assert found["baseline"] < 0.3
