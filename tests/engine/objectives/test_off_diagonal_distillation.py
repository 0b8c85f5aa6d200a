"""Off-diagonal distillation equals the sum of divergences and the authors' code; what was wrong before teaches nothing."""

from __future__ import annotations

import math

import pytest
import torch

from engine.objectives.off_diagonal_distillation import known_share, off_diagonal_distillation
from tests.reference.contrast import dot, units
from tests.reference.pushing import divergence_of_rows
from tests.support.vectors import waves

ANCHORS, PARTNERS = waves(6, 8), waves(6, 8, 1)


def unit(vectors: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.normalize(vectors, dim=-1)


TEACHERS = (unit(waves(6, 8)) + 0.3 * waves(6, 8, 4), unit(waves(6, 8)) + 0.9 * waves(6, 8, 7))


@pytest.mark.parametrize("only_right", [True, False])
def test_equals_the_sum_of_divergences(only_right):
    old = [[dot(a, b) for b in units(TEACHERS[1])] for a in units(TEACHERS[0])]
    new = [[dot(a, b) for b in units(PARTNERS)] for a in units(ANCHORS)]
    by_column = [list(rows) for rows in zip(*old, strict=True)], [list(rows) for rows in zip(*new, strict=True)]
    expected = divergence_of_rows(old, new, 0.07, filtered=only_right)
    expected += divergence_of_rows(*by_column, 0.07, filtered=only_right)
    found = off_diagonal_distillation(ANCHORS, PARTNERS, *TEACHERS, only_right=only_right)
    assert math.isclose(float(found), expected / 2, rel_tol=1e-9)


def test_equals_the_authors_code_at_temperature_one():
    """ZixuanNi/Mod-X @ a6a2f6c2d9, ModX_Training/continue_train_model.py, on the teachers below; a sum over 6 rows there."""
    teachers = (unit(waves(6, 8)) + 0.0, unit(waves(6, 8)) + 0.0)
    teachers = (waves(6, 8) + 0.3 * waves(6, 8, 4), waves(6, 8) + 0.9 * waves(6, 8, 7))
    found = 6 * off_diagonal_distillation(ANCHORS, PARTNERS, *teachers, temperature=1.0)
    assert float(found) == pytest.approx(0.13180302056619456, rel=1e-9)
    assert known_share(*teachers) == pytest.approx(6 / 12)


def test_a_model_that_did_not_move_costs_nothing():
    found = off_diagonal_distillation(*TEACHERS, *TEACHERS)
    assert float(found) == pytest.approx(0, abs=1e-12)


def test_a_former_model_that_knew_nothing_of_the_new_pairs_asks_for_nothing():
    mistaken = TEACHERS[0], TEACHERS[0].roll(1, 0)  # every picture's nearest caption is another's
    moving = ANCHORS.clone().requires_grad_()
    off_diagonal_distillation(moving, PARTNERS, *mistaken).backward()
    assert known_share(*mistaken) == 0
    assert not moving.grad.any()


def test_turning_the_whole_space_costs_nothing():
    turn = torch.linalg.qr(waves(8, 8, 9))[0]
    turned = TEACHERS[0] @ turn, TEACHERS[1] @ turn
    assert float(off_diagonal_distillation(*turned, *TEACHERS)) == pytest.approx(0, abs=1e-12)
