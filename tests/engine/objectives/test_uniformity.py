"""Alignment, uniformity and its cross form equal their double loops and closed forms."""

from __future__ import annotations

import math

import pytest
import torch

from engine.objectives.alignment import alignment
from engine.objectives.cross_uniformity import cross_uniformity
from engine.objectives.uniformity import uniformity
from tests.reference import pushing
from tests.support.vectors import waves


@pytest.mark.parametrize("reach", [0.5, 2.0, 9.0])
def test_all_three_equal_their_double_loops(reach):
    anchors, partners = waves(5, 6), waves(5, 6, 1)
    alone = pushing.uniformity(anchors, reach)
    both = (alone + pushing.uniformity(partners, reach)) / 2
    assert math.isclose(float(uniformity(anchors, reach=reach)), alone, rel_tol=1e-9)
    assert math.isclose(float(uniformity(anchors, partners=partners, reach=reach)), both, rel_tol=1e-9)
    crossed = pushing.cross_uniformity(anchors, partners, reach)
    assert math.isclose(float(cross_uniformity(anchors, partners, reach=reach)), crossed, rel_tol=1e-9)
    assert math.isclose(float(alignment(anchors, partners)), pushing.alignment(anchors, partners), rel_tol=1e-9)


def test_vectors_that_are_all_alike_are_as_uneven_as_can_be():
    same = torch.ones(7, 5)
    assert float(uniformity(same)) == pytest.approx(0, abs=1e-5)
    assert float(cross_uniformity(same, same)) == pytest.approx(0, abs=1e-5)
    assert float(alignment(same, same)) == pytest.approx(0, abs=1e-6)


def test_opposite_and_orthogonal_vectors_have_their_known_values():
    both = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    assert float(uniformity(both)) == pytest.approx(-8)  # distance 2, squared 4, times 2
    assert float(alignment(both, both.flip(0))) == pytest.approx(4)
    assert float(uniformity(torch.eye(6))) == pytest.approx(-4)


def test_own_pairs_are_left_out_of_the_cross_form():
    """Else it would work against alignment: moving a partner onto its anchor alone must not cost anything."""
    anchors = torch.eye(4, dtype=torch.float64)
    partners = torch.eye(4, dtype=torch.float64)[[1, 2, 3, 0]]
    together, apart = cross_uniformity(anchors, anchors), cross_uniformity(anchors, partners)
    assert together < apart
    assert float(together) == pytest.approx(-4)


def test_even_points_on_a_circle_are_more_uniform_than_a_cluster():
    def circle(width: float) -> torch.Tensor:
        angles = torch.arange(16) * width / 16
        return torch.stack([angles.cos(), angles.sin()], dim=1)

    values = [float(uniformity(circle(width))) for width in (0.5, 2.0, 4.0, 2 * math.pi)]
    assert values == sorted(values, reverse=True)
