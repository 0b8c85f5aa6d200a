"""Supervised contrast equals the paper's sum; items without a class mate ask for nothing."""

from __future__ import annotations

import math

import pytest
import torch

from engine.objectives.nt_xent import nt_xent
from engine.objectives.supervised_contrastive import supervised_contrastive
from tests.reference import contrast
from tests.support.vectors import waves


def test_equals_the_papers_sum_over_class_mates():
    anchors, labels = waves(7, 6), torch.tensor([0, 1, 0, 2, 1, 0, 3])
    expected = contrast.supervised(anchors, labels, 0.1)
    assert math.isclose(float(supervised_contrastive(anchors, labels)), expected, rel_tol=1e-9)


def test_with_a_second_view_both_views_of_a_class_are_mates():
    first, second, labels = waves(5, 6), waves(5, 6, 1), torch.tensor([0, 1, 0, 2, 1])
    expected = contrast.supervised(torch.cat([first, second]), labels.repeat(2), 0.1)
    found = supervised_contrastive(first, labels, anchor_views=second)
    assert math.isclose(float(found), expected, rel_tol=1e-9)


def test_equals_the_authors_code():
    """HobbitLong/SupContrast @ 66a8fe5388, losses.py, `SupConLoss()` at its temperature 0.07 on these two views."""
    labels = torch.tensor([0, 1, 0, 2, 1, 0])
    found = supervised_contrastive(waves(6, 8), labels, anchor_views=waves(6, 8, 1), temperature=0.07)
    assert float(found) == pytest.approx(14.348398751176353, rel=1e-9)


def test_with_every_item_its_own_class_it_is_simclr():
    first, second = waves(6, 5), waves(6, 5, 1)
    alone = supervised_contrastive(first, torch.arange(6), anchor_views=second, temperature=0.2)
    torch.testing.assert_close(alone, nt_xent(first, second, temperature=0.2))


def test_an_item_without_a_mate_is_left_out_of_the_mean_but_still_a_negative():
    anchors = waves(4, 6)
    with_stranger = supervised_contrastive(anchors, torch.tensor([0, 0, 1, 1]))
    assert math.isclose(float(with_stranger), contrast.supervised(anchors, torch.tensor([0, 0, 1, 1]), 0.1))
    labels = torch.tensor([0, 0, 1, 2])
    assert math.isclose(float(supervised_contrastive(anchors, labels)), contrast.supervised(anchors, labels, 0.1))


def test_labels_that_are_all_different_give_zero_and_not_a_fault():
    anchors = waves(4, 6).requires_grad_()
    loss = supervised_contrastive(anchors, torch.arange(4))
    loss.backward()
    assert loss == 0
    assert not anchors.grad.any()
