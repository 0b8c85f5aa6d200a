"""SimCLR's loss equals equation 1 of the paper, and both views are alike to it."""

from __future__ import annotations

import math

import pytest
import torch

from engine.objectives.nt_xent import nt_xent
from tests.reference import contrast
from tests.support.vectors import waves


@pytest.mark.parametrize("temperature", [0.05, 0.1, 0.5])
def test_equals_equation_1_of_the_paper(temperature):
    expected = contrast.nt_xent(waves(5, 6), waves(5, 6, 1), temperature)
    found = nt_xent(waves(5, 6), waves(5, 6, 1), temperature=temperature)
    assert math.isclose(float(found), expected, rel_tol=1e-9)


def test_which_view_comes_first_does_not_matter():
    first, second = waves(7, 5), waves(7, 5, 2)
    torch.testing.assert_close(nt_xent(first, second), nt_xent(second, first))


def test_vectors_that_are_all_alike_cost_the_logarithm_of_what_there_is_to_choose_from():
    same = torch.ones(8, 4)
    assert float(nt_xent(same, same)) == pytest.approx(math.log(15))
