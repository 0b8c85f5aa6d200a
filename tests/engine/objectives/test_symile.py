"""Symile equals the sum over all combinations and the authors' own code; the true record is never among the wrong ones."""

from __future__ import annotations

import math

import pytest
import torch

from engine.objectives.symile import symile
from tests.reference import contrast, pushing
from tests.support.vectors import waves

PARTS = [waves(6, 8, phase) for phase in (0, 1, 2, 3)]


@pytest.mark.parametrize("kinds", [2, 3, 4])
def test_with_all_combinations_it_equals_the_plain_sum(kinds):
    parts = [part[:4] for part in PARTS[:kinds]]
    found = symile(parts, temperature=1 / 3, negatives="all")
    assert math.isclose(float(found), pushing.symile(parts, 3.0), rel_tol=1e-9)


@pytest.mark.parametrize(("kinds", "theirs"), [(3, 3.54967269746426), (4, 5.4058227009345785)])
def test_equals_the_authors_code(kinds, theirs):
    """rajesh-lab/symile @ d12e2c8b0a, symile/loss.py, `Symile("n_squared")`, scale 3, run on these vectors."""
    assert float(symile(PARTS[:kinds], temperature=1 / 3, negatives="all")) == pytest.approx(theirs, rel=1e-12)


def test_chance_combinations_cost_on_average_what_the_authors_draws_cost():
    """Mean of 2,000 draws of their `Symile("n")` on these vectors: 1.7616."""
    chance = torch.Generator().manual_seed(1)
    draws = [float(symile(PARTS[:3], generator=chance, temperature=1 / 3)) for _ in range(400)]
    assert sum(draws) / len(draws) == pytest.approx(1.7616, abs=0.01)


def test_with_two_kinds_and_all_combinations_it_is_plain_contrast():
    found = symile(PARTS[:2], temperature=0.07, negatives="all")
    assert math.isclose(float(found), contrast.info_nce(PARTS[0], PARTS[1], 0.07), rel_tol=1e-9)


def test_every_kind_is_shuffled_by_itself():
    """With one order for all kinds every wrong combination would be another true record, as close as the own one."""
    parts, chance = [torch.eye(5)] * 3, torch.Generator().manual_seed(0)  # products of different records vanish
    draws = [float(symile(parts, generator=chance, temperature=0.1)) for _ in range(200)]
    close = sum(draws) / len(draws) / math.log(2)  # share of rows with a wrong combination as close as the true one
    assert close < 0.3  # by chance about 4 / 25; with one order 4 / 5


def test_a_kind_that_says_nothing_leaves_the_loss_at_chance():
    same = [torch.ones(6, 4, dtype=torch.float64)] * 3
    assert float(symile(same)) == pytest.approx(math.log(6))
