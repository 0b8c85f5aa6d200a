"""Off-diagonal distillation while learning new pairs: less of the old is lost, at little cost on the new."""

from __future__ import annotations

import copy

import torch
from torch import Tensor

from engine.objectives.off_diagonal_distillation import known_share
from engine.objectives.weighting import Mixture
from tests.experiments.pairs import World, world
from tests.experiments.towers import descend, recall, seeded, tower

PLAIN = Mixture({"info_nce": 1.0})
KEEPING = Mixture({"info_nce": 1.0, "off_diagonal_distillation": 1.0})
UNFILTERED = Mixture(KEEPING.weights, {"off_diagonal_distillation": {"only_right": False}})


def measure(seed: int, apart: float = 0.5) -> dict[str, float]:
    """Recall@1 of 400 old and of 400 new pairs after learning the new ones; `forgotten` is what old pairs lost.

    Old and new things lie `apart` from one another in what is hidden, so the former model knows part of the new ones.
    """
    chance = seeded(seed)
    made = world(chance)
    shift = apart * torch.randn(12, generator=chance) / 12**0.5 * 2
    old = (tower(48, 32), tower(48, 32))
    learn(old, made, -shift, PLAIN, chance)
    found: dict[str, float] = {"knew": known_share(*show(old, made, shift, chance))}
    before = recall(*show(old, made, -shift, chance))
    for name, mixture in (("baseline", PLAIN), ("effect", KEEPING), ("unfiltered", UNFILTERED)):
        towers = copy.deepcopy(old)
        learn(towers, made, shift, mixture, torch.Generator().manual_seed(seed + 100), old)
        check = torch.Generator().manual_seed(seed + 200)
        found[f"{name}_new"] = recall(*show(towers, made, shift, check))
        found[name] = before - recall(*show(towers, made, -shift, check))
    return found


def show(towers: tuple, made: World, shift: Tensor, chance: torch.Generator) -> tuple[Tensor, Tensor]:
    one, two = made.show(torch.randn(400, 12, generator=chance) + shift, chance)
    return towers[0](one), towers[1](two)


def learn(towers: tuple, made: World, shift: Tensor, mixture: Mixture, chance: torch.Generator, teachers=None) -> None:
    def loss(_: int) -> Tensor:
        one, two = made.show(torch.randn(64, 12, generator=chance) + shift, chance)
        given = {"anchors": towers[0](one), "partners": towers[1](two)}
        if teachers is not None:
            with torch.no_grad():
                given |= {"teacher_anchors": teachers[0](one), "teacher_partners": teachers[1](two)}
        return mixture.total(mixture.terms(given))

    descend(towers, 400, loss, 2e-3)


def test_less_of_the_old_is_forgotten_at_little_cost():
    found = measure(0)
    assert 0.3 < found["knew"] < 0.8
    assert found["effect"] < 0.7 * found["baseline"]
    assert found["effect_new"] > found["baseline_new"] - 0.06


def test_a_former_model_that_knows_nothing_of_the_new_pairs_is_no_help():
    """The recipe is to say so: `known_share` tells beforehand."""
    found = measure(0, apart=3.0)
    assert found["knew"] < 0.1
    assert found["effect"] > found["baseline"] - 0.05
