"""Continuously weighted contrast equals the paper's sums; rows of the targets follow the frozen items."""

from __future__ import annotations

import math

import pytest
import torch

from engine.objectives.cwcl import cwcl, likeness
from engine.objectives.info_nce import info_nce
from tests.reference import pushing
from tests.support.vectors import waves


@pytest.mark.parametrize("temperature", [0.07, 0.5])
def test_equals_the_papers_sums(temperature):
    trained, frozen = waves(5, 6), waves(5, 6, 1)
    expected = pushing.cwcl(trained, frozen, temperature)
    assert math.isclose(float(cwcl(trained, frozen, temperature=temperature)), expected, rel_tol=1e-9)


def test_a_very_sharp_view_of_very_different_items_is_plain_contrast():
    """Orthogonal frozen items, sharp kernel: nearly one-hot, so the sum of both directions of InfoNCE."""
    trained, frozen = waves(6, 8), torch.eye(6, 8, dtype=torch.float64)
    plain = 2 * info_nce(trained, frozen)
    assert abs(float(cwcl(trained, frozen, kernel="sharp") - plain)) < 0.001
    assert abs(float(cwcl(trained, frozen) - plain)) > 0.2


def test_frozen_vectors_that_all_look_alike_say_nothing_until_they_are_centred():
    narrow = 5 + 0.1 * waves(8, 6)
    flat, centred = likeness(narrow, "linear", False), likeness(narrow, "linear", True)
    assert flat.std() < 0.01
    assert centred.std() > 0.2


def test_the_frozen_side_is_never_trained_through_the_weights():
    frozen = waves(5, 6, 1).requires_grad_()
    assert not likeness(frozen.detach(), "linear", False).requires_grad
    shares_moved = cwcl(waves(5, 6), frozen)
    (gradient,) = torch.autograd.grad(shares_moved, frozen)
    held = frozen.detach()
    shifted = held.clone().requires_grad_()
    logits = (
        torch.nn.functional.normalize(shifted, dim=-1) @ torch.nn.functional.normalize(waves(5, 6), dim=-1).T / 0.07
    )
    weights = likeness(held, "linear", False)
    shares = weights / weights.sum(1, keepdim=True)
    by_hand = -(shares * logits.log_softmax(1)).sum(1).mean() - logits.log_softmax(0).diagonal().mean()
    (expected,) = torch.autograd.grad(by_hand, shifted)
    torch.testing.assert_close(gradient, expected)
