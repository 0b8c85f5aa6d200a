"""The sigmoid loss equals the paper's Algorithm 1 and open_clip's own loss; no pair knows of the others."""

from __future__ import annotations

import math

import pytest
import torch
from open_clip.loss import SigLipLoss

from engine.objectives.siglip import siglip
from tests.reference import contrast
from tests.support.vectors import waves


@pytest.mark.parametrize(("temperature", "bias"), [(0.1, -10.0), (1.0, 0.0), (0.02, 3.0)])
def test_equals_algorithm_1_of_the_paper(temperature, bias):
    anchors, partners = waves(5, 6), waves(5, 6, 1)
    expected = contrast.siglip(anchors, partners, temperature, bias)
    assert math.isclose(float(siglip(anchors, partners, temperature=temperature, bias=bias)), expected, rel_tol=1e-9)


def test_equals_the_loss_open_clip_trains_with():
    anchors, partners = (torch.nn.functional.normalize(waves(9, 6, phase), dim=-1) for phase in (0, 1))
    theirs = SigLipLoss()(anchors, partners, torch.tensor(10.0), torch.tensor(-10.0))
    torch.testing.assert_close(siglip(anchors, partners), theirs)


def test_a_batch_costs_what_its_pairs_cost_one_by_one():
    """Unlike a softmax, the batch can be cut up: the sum over two halves of the columns is the whole."""
    anchors, partners = waves(6, 4), waves(6, 4, 1)
    halves = [torch.zeros(6, 6, dtype=torch.bool) for _ in range(2)]
    scores = torch.nn.functional.normalize(anchors, dim=-1) @ torch.nn.functional.normalize(partners, dim=-1).T
    signs = 2 * torch.eye(6) - 1
    costs = -torch.nn.functional.logsigmoid(signs * (scores * 10 - 10))
    halves[0][:, :3], halves[1][:, 3:] = True, True
    torch.testing.assert_close(siglip(anchors, partners), sum(costs[half].sum() for half in halves) / 6)


def test_every_partner_that_is_meant_counts_as_belonging():
    anchors, partners = waves(4, 6), waves(4, 6, 1)
    own = torch.eye(4)
    torch.testing.assert_close(siglip(anchors, partners, targets=own), siglip(anchors, partners))
    both = own.clone()
    both[0, 1] = 1
    cosine = torch.cosine_similarity(anchors[:1], partners[1:2])[0]
    score = 10 * cosine - 10
    difference = (torch.nn.functional.softplus(-score) - torch.nn.functional.softplus(score)) / 4
    torch.testing.assert_close(siglip(anchors, partners, targets=both) - siglip(anchors, partners), difference)


def test_the_low_bias_starts_training_without_a_shock():
    """Section 3.2 of the paper: with a bias of 0 the many pairs that do not belong together swamp the few that do."""
    anchors, partners = waves(256, 64), waves(256, 64, 1)
    assert siglip(anchors, partners, bias=0.0) > 10 * siglip(anchors, partners, bias=-10.0)


def test_temperature_and_bias_can_be_learned():
    temperature, bias = torch.tensor(0.1, requires_grad=True), torch.tensor(-10.0, requires_grad=True)
    siglip(waves(5, 6).float(), waves(5, 6, 1).float(), temperature=temperature, bias=bias).backward()
    assert temperature.grad.abs() > 0
    assert bias.grad.abs() > 0
