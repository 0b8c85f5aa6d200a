"""Mixing against plain contrast: few pairs are learnt by heart less, and a classification beside it is disturbed less."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engine.datasets.mixing import draw_mixture, mixed
from engine.objectives.info_nce import info_nce
from engine.objectives.mixup_nce import mixup_nce
from engine.objectives.soft_nce import soft_nce
from tests.experiments.pairs import world
from tests.experiments.towers import descend, recall, seeded, tower


def measure(seed: int) -> dict[str, float]:
    """Recall@1 of 500 unseen pairs after learning 600; and accuracy of 2,000 unseen items classified from two sources.

    Without any contrast (`classes_alone`) this classification is as good: what is claimed is better than plain contrast.
    """
    return {
        "effect": matched(seed, "mixed then soft"),
        "baseline": matched(seed, "plain"),
        "mixed_only": matched(seed, "mixed"),
        "classes_mixed": classified(seed, "mixed then soft"),
        "classes_plain": classified(seed, "plain"),
        "classes_alone": classified(seed, "none"),
    }


def contrast(
    way: str, done: float, towers: nn.ModuleList, first: Tensor, second: Tensor, chance: torch.Generator
) -> Tensor:
    """Plain contrast, or mixing for the first third and then, if wanted, soft targets."""
    a, b = towers[0](first), towers[1](second)
    if way == "plain":
        return info_nce(a, b, temperature=0.1)
    if way == "mixed then soft" and done > 1 / 3:
        return soft_nce(a, b)
    order, shares = draw_mixture(len(first), chance)
    x, y = towers[0](mixed(first, order, shares)), towers[1](mixed(second, order, shares))
    return mixup_nce(a, b, x, y, order, shares)


def matched(seed: int, way: str, steps: int = 400) -> float:
    chance = seeded(seed)
    made = world(chance, noise=0.3)
    first, second = made.draw(600, chance)
    towers = nn.ModuleList([tower(48, 32), tower(48, 32)])

    def loss(step: int) -> Tensor:
        rows = torch.randperm(600, generator=chance)[:64]
        return contrast(way, step / steps, towers, first[rows], second[rows], chance)

    descend((towers,), steps, loss, 2e-3)
    one, two = made.draw(500, chance)
    return recall(towers[0](one), towers[1](two))


def classified(seed: int, way: str, rows: int = 250, steps: int = 150) -> float:
    """Five classes, two pairs of which overlap; either source shows them among strong circumstances of its own."""
    chance = seeded(seed)
    centres = torch.randn(5, 8, generator=chance)
    centres[1], centres[3] = centres[0] + 0.6 * centres[1], centres[2] + 0.6 * centres[3]
    maps = [torch.randn(8 + 30, 200, generator=chance) for _ in range(2)]

    def draw(count: int) -> tuple[Tensor, list[Tensor]]:
        classes = torch.randint(5, (count,), generator=chance)
        hidden = centres[classes] + 0.5 * torch.randn(count, 8, generator=chance)
        around = [torch.cat([hidden, 2 * torch.randn(count, 30, generator=chance)], dim=1) for _ in maps]
        return classes, [
            x @ along + torch.randn(count, 200, generator=chance) for x, along in zip(around, maps, strict=True)
        ]

    classes, sources = draw(rows)
    towers = nn.ModuleList([tower(200, 32), tower(200, 32)])
    heads = nn.ModuleList([nn.Linear(64, 5), nn.Linear(32, 5), nn.Linear(32, 5)])

    def loss(step: int) -> Tensor:
        a, b = towers[0](sources[0]), towers[1](sources[1])
        guesses = [head(x) for head, x in zip(heads, (torch.cat([a, b], dim=1), a, b), strict=True)]
        named = torch.stack([cross_entropy(guess, classes) for guess in guesses]).sum()
        return named if way == "none" else named + 0.1 * contrast(way, step / steps, towers, *sources, chance)

    descend((towers, heads), steps, loss, 2e-3)
    true, (one, two) = draw(2000)
    guessed = heads[0](torch.cat([towers[0](one), towers[1](two)], dim=1)).argmax(1)
    return float((guessed == true).float().mean())


def test_few_pairs_are_learnt_by_heart_less():
    found = [(matched(seed, "mixed then soft"), matched(seed, "plain")) for seed in (0, 1)]
    assert sum(effect for effect, _ in found) > sum(baseline for _, baseline in found) + 0.03
