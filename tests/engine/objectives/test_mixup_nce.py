"""Mixing equals the paper's sums and, where their targets are sound, the authors' code."""

from __future__ import annotations

import math

import pytest
import torch

from engine.objectives.info_nce import info_nce
from engine.objectives.mixup_nce import mixed_targets, mixup_nce
from engine.objectives.soft_nce import soft_nce
from tests.reference import pushing
from tests.support.vectors import waves

ORDER, SHARES = torch.tensor([2, 0, 1, 5, 3, 4]), torch.tensor([0.9, 0.3, 1.0, 0.5, 0.75, 0.2], dtype=torch.float64)
ANCHORS, PARTNERS, MIXED = waves(6, 8), waves(6, 8, 1), waves(6, 8, 2)


def test_equals_the_papers_sums():
    there = pushing.mixed(MIXED, PARTNERS, ORDER.tolist(), SHARES.tolist(), 0.1)
    back = pushing.mixed(waves(6, 8, 3), ANCHORS, ORDER.tolist(), SHARES.tolist(), 0.1)
    found = mixup_nce(ANCHORS, PARTNERS, MIXED, waves(6, 8, 3), ORDER, SHARES)
    assert math.isclose(float(found), (there + back) / 2, rel_tol=1e-9)


def test_equals_the_authors_code():
    """RaghavSinghal10/M3CoL @ cb62969a44, model/utils.py, `mixco_nce` on these vectors: 4.99596... and 12.39152..."""
    found = mixup_nce(ANCHORS, PARTNERS, ANCHORS, MIXED, ORDER, SHARES)
    assert float(found) == pytest.approx((4.995962181083059 + 12.391525667513786) / 2, rel=1e-12)


@pytest.mark.parametrize("order", [ORDER, torch.arange(6), torch.tensor([0, 2, 1, 3, 5, 4])])
def test_targets_sum_to_one_also_where_an_item_is_mixed_with_itself(order):
    torch.testing.assert_close(mixed_targets(order, SHARES).sum(1), torch.ones(6, dtype=torch.float64))


def test_nothing_mixed_is_plain_contrast():
    whole = torch.ones(6, dtype=torch.float64)
    found = mixup_nce(ANCHORS, PARTNERS, ANCHORS, PARTNERS, ORDER, whole, temperature=0.07)
    torch.testing.assert_close(found, info_nce(ANCHORS, PARTNERS))


def test_soft_targets_equal_the_authors_code():
    """Their `soft_clip_loss` on these vectors, each kind once as the target."""
    expected = (3.913522355464485 + 3.9367763144373304) / 2
    assert float(soft_nce(ANCHORS, PARTNERS)) == pytest.approx(expected, rel=1e-12)


def test_soft_targets_become_plain_contrast_when_they_are_sharp():
    orthogonal = torch.eye(6, 8, dtype=torch.float64)
    found = soft_nce(orthogonal + 0.2 * ANCHORS, orthogonal, temperature=0.02)
    plain = info_nce(orthogonal + 0.2 * ANCHORS, orthogonal, temperature=0.02)
    torch.testing.assert_close(found, plain, rtol=1e-4, atol=1e-4)
