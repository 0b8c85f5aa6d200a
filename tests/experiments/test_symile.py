"""Symile against sums of pairs: what only two parts together tell is found, and nothing is found where nothing is told."""

from __future__ import annotations

import itertools

import torch
from torch import nn

from engine.objectives.info_nce import info_nce
from engine.objectives.symile import symile
from tests.experiments.towers import descend, seeded

BITS = 5


def measure(seed: int, told: float = 1.0) -> dict[str, float]:
    """Accuracy of finding b among all 32 from a and c, where c = a xor b with probability `told`, else c = a."""
    return {"effect": trained(seed, told, together=True), "baseline": trained(seed, told, together=False)}


def trained(seed: int, told: float, *, together: bool) -> float:
    chance = seeded(seed)
    a, b = (torch.randint(2, (4000, BITS), generator=chance) for _ in range(2))
    mixed = torch.rand(4000, 1, generator=chance) < told
    c = torch.where(mixed, a ^ b, a)
    encoders = [nn.Linear(BITS, 16) for _ in range(3)]
    log_scale = torch.tensor(-0.3, requires_grad=True)

    def loss(step: int) -> torch.Tensor:
        rows = slice(step % 14 * 250, step % 14 * 250 + 250)
        parts = [encoder(kind[rows].float()) for encoder, kind in zip(encoders, (a, b, c), strict=True)]
        scale = log_scale.exp()
        if together:
            return symile(parts, temperature=1 / scale, generator=chance)
        pairs = itertools.combinations(parts, 2)
        return torch.stack([info_nce(x, y, temperature=1 / scale) for x, y in pairs]).sum()

    descend((*encoders, log_scale), 350, loss, 0.1)
    every = torch.tensor(list(itertools.product((0, 1), repeat=BITS))).float()
    known = slice(3500, 4000)
    x, y, z = (
        torch.nn.functional.normalize(encoder(kind), dim=-1)
        for encoder, kind in zip(encoders, (a[known].float(), every, c[known].float()), strict=True)
    )
    scores = (x * z) @ y.T if together else x @ y.T + z @ y.T
    true = (b[known] * 2 ** torch.arange(BITS - 1, -1, -1)).sum(1)
    return float((scores.argmax(1) == true).float().mean())


def test_what_only_two_parts_together_tell_is_found():
    found = measure(0)
    assert found["effect"] > 0.9
    assert found["baseline"] < 0.1


def test_nothing_is_found_where_nothing_is_told():
    """With c = a the missing part is by chance alone: a method above 1 in 32 would be leaking."""
    assert measure(0, told=0.0)["effect"] < 0.08


def test_what_is_told_half_of_the_time_is_found_half_of_the_time():
    found = measure(0, told=0.5)
    assert found["effect"] > 0.4
    assert found["baseline"] < 0.1
