"""CleanCLIP's in-modal half equals its double sum, and is one-directional as in the authors' training code."""

from __future__ import annotations

import math

import torch

from engine.objectives.in_modal import in_modal
from tests.reference import contrast
from tests.support.vectors import waves


def four() -> list[torch.Tensor]:
    return [waves(5, 6, phase) for phase in (0, 1, 2, 3)]


def test_equals_the_papers_double_sums():
    expected = contrast.in_modal(*four(), 0.07)
    assert math.isclose(float(in_modal(*four())), expected, rel_tol=1e-9)


def test_runs_from_the_original_to_its_copy_only():
    anchors, partners, anchor_views, partner_views = four()
    turned = in_modal(anchor_views, partner_views, anchors, partners)
    assert not torch.isclose(turned, in_modal(anchors, partners, anchor_views, partner_views), rtol=1e-3)


def test_pictures_and_texts_never_meet():
    """Turning every text and its copy alike leaves the loss as it was."""
    anchors, partners, anchor_views, partner_views = four()
    turn = torch.linalg.qr(waves(6, 6, 9))[0]
    apart = in_modal(anchors, partners @ turn, anchor_views, partner_views @ turn)
    torch.testing.assert_close(apart, in_modal(anchors, partners, anchor_views, partner_views))
