"""Captions that are wrong on purpose: the model learns which attribute belongs to which thing, which plain contrast ignores."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.objectives.hard_negatives import hard_negatives
from engine.objectives.info_nce import info_nce
from tests.experiments.towers import descend, recall, seeded, tower

ATTRIBUTES, NOUNS, WIDTH, BOUND = 8, 12, 160, 0.35


def measure(seed: int) -> dict[str, float]:
    """Share of scenes whose caption beats the one with its attributes swapped (ties count half), and recall@1 of 500."""
    effect, effect_recall = trained(seed, hard=True)
    baseline, baseline_recall = trained(seed, hard=False)
    return {"effect": effect, "baseline": baseline, "effect_recall": effect_recall, "baseline_recall": baseline_recall}


def trained(seed: int, *, hard: bool) -> tuple[float, float]:
    chance = seeded(seed)
    maps = [torch.randn(ATTRIBUTES + NOUNS + ATTRIBUTES * NOUNS, WIDTH, generator=chance) / 4 for _ in range(2)]
    one, two = tower(WIDTH, 32), tower(WIDTH, 32)

    def loss(_: int) -> Tensor:
        scenes = draw(64, chance)
        pictures, captions = one(shown(scenes, maps[0], chance)), two(shown(scenes, maps[1], chance))
        if not hard:
            return info_nce(pictures, captions)
        return hard_negatives(pictures, captions, two(shown(swapped(scenes), maps[1], chance)))

    descend((one, two), 400, loss)
    scenes = draw(500, chance)
    pictures = one(shown(scenes, maps[0], chance))
    true, wrong = (two(shown(told, maps[1], chance)) for told in (scenes, swapped(scenes)))
    better = torch.cosine_similarity(pictures, true) - torch.cosine_similarity(pictures, wrong)
    return order_score(better), recall(pictures, true)


def order_score(better: Tensor) -> float:
    """Share of positive differences; a tie counts half, so that a scorer that says the same always gets 0.5."""
    return float((better > 0).float().mean() + (better == 0).float().mean() / 2)


def draw(count: int, chance: torch.Generator) -> Tensor:
    """Scenes (count, 4): two attributes that differ and the two things that have them."""
    attributes = torch.rand(count, ATTRIBUTES, generator=chance).argsort(1)[:, :2]
    nouns = torch.rand(count, NOUNS, generator=chance).argsort(1)[:, :2]
    return torch.cat([attributes, nouns], dim=1)


def swapped(scenes: Tensor) -> Tensor:
    """The same words, each attribute at the other thing."""
    return scenes[:, [1, 0, 2, 3]]


def shown(scenes: Tensor, along: Tensor, chance: torch.Generator) -> Tensor:
    """A strong part for the words alone and a weak one for which belongs to which, through one kind's own map."""
    told = torch.zeros(len(scenes), len(along))
    rows = torch.arange(len(scenes))
    for place in (0, 1):
        told[rows, scenes[:, place]] += 1
        told[rows, ATTRIBUTES + scenes[:, 2 + place]] += 1
        told[rows, ATTRIBUTES + NOUNS + scenes[:, place] * NOUNS + scenes[:, 2 + place]] += BOUND
    return told @ along + 0.1 * torch.randn(len(scenes), WIDTH, generator=chance)


def test_a_scorer_that_says_the_same_always_gets_half():
    assert order_score(torch.zeros(10)) == 0.5


def test_which_attribute_belongs_to_which_thing_is_learned_at_no_cost():
    found = measure(0)
    assert found["effect"] > found["baseline"] + 0.15
    assert found["effect_recall"] > found["baseline_recall"] - 0.02
