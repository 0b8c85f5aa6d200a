"""Prototypes stay of length one, hold still at the start, and say how evenly they are used."""

from __future__ import annotations

import pytest
import torch

from engine.errors import UserFixable
from engine.objectives.swav import swav
from engine.training.prototypes import Prototypes, check_group_count


def test_directions_move_only_after_the_frozen_steps_and_stay_of_length_one():
    torch.manual_seed(0)
    prototypes = Prototypes(5, 8, frozen_steps=2)
    optimiser = torch.optim.SGD(prototypes.parameters(), lr=1.0)
    views = [torch.randn(16, 8, requires_grad=True), torch.randn(16, 8)]
    moved = []
    for step in range(4):
        optimiser.zero_grad()
        prototypes.settle(step)
        before = prototypes.directions.detach().clone()
        swav(views, prototypes.directions).backward()
        optimiser.step()
        moved.append(not torch.allclose(before, prototypes.directions))
    assert moved == [False, False, True, True]
    prototypes.settle(4)
    torch.testing.assert_close(prototypes.directions.norm(dim=1), torch.ones(5))


def test_items_belong_to_the_nearest_group_and_empty_groups_are_not_counted():
    prototypes = Prototypes(3, 3)
    prototypes.directions.data = torch.eye(3)
    vectors = torch.tensor([[5.0, 1, 0], [0.1, 0, 0.3], [9, 0, 0]])
    assert prototypes.groups_of(vectors).tolist() == [0, 2, 0]
    assert prototypes.used(vectors) == 2


def test_too_many_groups_are_refused_with_a_sentence():
    check_group_count(100, 410)
    with pytest.raises(UserFixable, match=r"3000 groups are too many for 410 items: at most 102 \(4 items a group\)"):
        check_group_count(3000, 410)
