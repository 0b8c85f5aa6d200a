"""The decoupled losses equal the paper's sums and the code others refer to, and never starve."""

from __future__ import annotations

import math

import pytest
import torch

from engine.objectives.decoupled import decoupled, pair_weights
from engine.objectives.decoupled_views import decoupled_views
from engine.objectives.info_nce import info_nce
from tests.reference import pushing
from tests.support.vectors import waves


@pytest.mark.parametrize("sigma", [None, 0.5, 0.2])
def test_both_forms_equal_the_papers_sums(sigma):
    first, second = waves(5, 6), waves(5, 6, 1)
    setting = {"weighted": True, "sigma": sigma} if sigma else {}
    pairs = decoupled(first, second, **setting)
    assert math.isclose(float(pairs), pushing.decoupled(first, second, 0.1, sigma), rel_tol=1e-9)
    views = decoupled_views(first, second, **setting)
    assert math.isclose(float(views), pushing.decoupled_views(first, second, 0.1, sigma), rel_tol=1e-9)


@pytest.mark.parametrize(("weighted", "theirs"), [(False, 4.816610255773283), (True, 5.27725040810772)])
def test_equals_the_code_that_others_refer_to(weighted, theirs):
    """raminnakhli/Decoupled-Contrastive-Learning @ 0b9b76db81, loss/dcl.py, `DCL()` and `DCLW()`, the mean of both directions
    on these vectors."""
    found = decoupled_views(waves(6, 8), waves(6, 8, 1), weighted=weighted)
    assert float(found) == pytest.approx(theirs, rel=1e-9)


def test_info_nce_pushes_as_the_decoupled_loss_does_times_what_is_left_of_the_positive():
    """Proposition 1 of the paper: the gradient of InfoNCE is (1 - p_own) times that of the decoupled loss, row by row."""
    partners = torch.nn.functional.normalize(waves(6, 8, 1), dim=-1)
    for row in range(6):
        anchor = waves(6, 8)[row].clone().requires_grad_()
        scores = partners @ torch.nn.functional.normalize(anchor, dim=0) / 0.1
        (with_own,) = torch.autograd.grad(scores.logsumexp(0) - scores[row], anchor, retain_graph=True)
        wrong = torch.cat([scores[:row], scores[row + 1 :]])
        (without,) = torch.autograd.grad(wrong.logsumexp(0) - scores[row], anchor)
        left = 1 - scores.softmax(0)[row].detach()
        torch.testing.assert_close(with_own, left * without)


def test_what_is_left_of_the_positive_grows_with_the_batch():
    """Why small batches starve: mean of 1 - p_own for aligned pairs among random ones."""
    left = []
    for count in (8, 32, 128, 512, 1024):
        chance = torch.Generator().manual_seed(0)
        anchors = torch.nn.functional.normalize(torch.randn(count, 16, generator=chance), dim=-1)
        probability = (anchors @ anchors.T / 0.1).softmax(1).diagonal()
        left.append(float((1 - probability).mean()))
    assert left == sorted(left)
    assert left[0] < 0.05
    assert left[-1] > 0.2


def test_the_push_does_not_weaken_where_pairs_already_agree():
    anchors = waves(4, 8)
    partners = (anchors + 0.01 * waves(4, 8, 1)).requires_grad_()
    (decoupled_push,) = torch.autograd.grad(decoupled(anchors, partners), partners)
    (plain_push,) = torch.autograd.grad(info_nce(anchors, partners, temperature=0.1), partners)
    assert decoupled_push.norm() > 10 * plain_push.norm()


def test_weights_are_one_on_average_and_larger_for_pairs_far_apart():
    weights = pair_weights(torch.tensor([0.9, 0.1, 0.5]), 0.5)
    assert float(weights.mean()) == pytest.approx(1)
    assert weights[1] > weights[2] > weights[0]


def test_which_view_comes_first_does_not_matter():
    torch.testing.assert_close(
        decoupled_views(waves(6, 5), waves(6, 5, 1)), decoupled_views(waves(6, 5, 1), waves(6, 5))
    )
