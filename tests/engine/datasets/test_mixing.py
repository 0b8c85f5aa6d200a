"""Mixtures hold what their shares say, leave the originals alone, and repeat under a seed."""

from __future__ import annotations

import torch

from engine.datasets.mixing import draw_mixture, mixed


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_about_half_of_the_rows_are_mixed_mostly_with_little_of_one():
    order, shares = draw_mixture(4000, seeded())
    assert sorted(order.tolist()) == list(range(4000))
    assert 0.45 < float((shares < 1).float().mean()) < 0.55
    changed = shares[shares < 1]
    assert float(((changed < 0.1) | (changed > 0.9)).float().mean()) > 0.6
    assert shares.min() >= 0


def test_the_same_seed_draws_the_same_mixture():
    first, again = draw_mixture(50, seeded(3)), draw_mixture(50, seeded(3))
    assert torch.equal(first[0], again[0])
    assert torch.equal(first[1], again[1])
    assert not torch.equal(first[1], draw_mixture(50, seeded(4))[1])


def test_a_picture_is_mixed_by_its_share_and_the_original_stays():
    pictures = torch.stack([torch.zeros(3, 2, 2), torch.ones(3, 2, 2)])
    mixture = mixed(pictures, torch.tensor([1, 0]), torch.tensor([0.75, 1.0]))
    assert torch.equal(mixture[0], torch.full((3, 2, 2), 0.25))
    assert torch.equal(mixture[1], torch.ones(3, 2, 2))
    assert pictures[0].sum() == 0
