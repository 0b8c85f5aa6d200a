"""InfoNCE equals the papers' double sum and open_clip's own loss, and copes with batches that hold one thing twice."""

from __future__ import annotations

import math

import pytest
import torch
from open_clip.loss import ClipLoss

from engine.objectives.info_nce import info_nce
from tests.reference import contrast
from tests.support.vectors import waves


@pytest.mark.parametrize("temperature", [0.01, 0.07, 1.0])
def test_equals_the_papers_double_sum(temperature):
    anchors, partners = waves(5, 6), waves(5, 6, 1)
    expected = contrast.info_nce(anchors, partners, temperature)
    assert math.isclose(float(info_nce(anchors, partners, temperature=temperature)), expected, rel_tol=1e-9)


def test_equals_the_loss_open_clip_trains_with():
    anchors, partners = (torch.nn.functional.normalize(waves(9, 6, phase), dim=-1) for phase in (0, 1))
    theirs = ClipLoss()(anchors, partners, torch.tensor(1 / 0.07))
    torch.testing.assert_close(info_nce(anchors, partners, temperature=0.07), theirs)


def test_two_pictures_of_one_thing_are_not_pushed_apart():
    anchors, partners = waves(3, 6, 2), waves(3, 6, 3)
    targets = torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]], dtype=torch.float64)
    shares = [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]
    a, b = contrast.units(anchors), contrast.units(partners)
    expected = (contrast.one_way(a, b, shares, 0.1) + contrast.one_way(b, a, shares, 0.1)) / 2
    assert math.isclose(float(info_nce(anchors, partners, targets=targets, temperature=0.1)), expected, rel_tol=1e-9)


def test_targets_on_the_diagonal_change_nothing():
    anchors, partners = waves(6, 8), waves(6, 8, 1)
    own = torch.eye(6, dtype=torch.float64)
    for smoothing in (0.0, 0.2):
        with_targets = info_nce(anchors, partners, targets=own, smoothing=smoothing)
        torch.testing.assert_close(with_targets, info_nce(anchors, partners, smoothing=smoothing))


def test_a_row_that_means_nothing_asks_for_nothing():
    anchors, partners = waves(4, 6), waves(4, 6, 1)
    targets = torch.eye(4, dtype=torch.float64)
    targets[3, 3] = 0.0
    shares = [[float(i == j) for j in range(4)] for i in range(3)]
    a, b = contrast.units(anchors), contrast.units(partners)
    expected = (contrast.one_way(a[:3], b, shares, 0.07) + contrast.one_way(b[:3], a, shares, 0.07)) / 2
    assert math.isclose(float(info_nce(anchors, partners, targets=targets)), expected, rel_tol=1e-9)


def test_swapping_the_sides_changes_nothing():
    anchors, partners = waves(7, 5), waves(7, 5, 2)
    torch.testing.assert_close(info_nce(anchors, partners), info_nce(partners, anchors))


def test_vectors_that_are_all_alike_cost_the_logarithm_of_the_batch():
    same = torch.ones(8, 4)
    assert float(info_nce(same, same)) == pytest.approx(math.log(8))
    assert float(info_nce(torch.eye(8), torch.eye(8), temperature=0.01)) == pytest.approx(0, abs=1e-6)


def test_a_learned_temperature_gets_its_gradient():
    temperature = torch.tensor(0.07, requires_grad=True)
    info_nce(waves(5, 6).float(), waves(5, 6, 1).float(), temperature=temperature).backward()
    assert temperature.grad is not None
    assert temperature.grad.abs() > 0
