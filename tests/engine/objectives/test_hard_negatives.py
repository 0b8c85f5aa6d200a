"""NegCLIP's loss equals its sums and the authors' code; made-up captions never search for a picture."""

from __future__ import annotations

import math

import pytest
import torch

from engine.objectives.hard_negatives import hard_negatives
from engine.objectives.info_nce import info_nce
from tests.reference.contrast import one_way, own, units
from tests.support.vectors import waves


def test_equals_the_sum_with_further_columns():
    anchors, partners, negatives = waves(4, 6), waves(4, 6, 1), waves(7, 6, 2)
    a, b, c = units(anchors), units(partners), units(negatives)
    expected = (one_way(a, b + c, own(4, 11), 0.07) + one_way(b, a, own(4), 0.07)) / 2
    assert math.isclose(float(hard_negatives(anchors, partners, negatives)), expected, rel_tol=1e-9)


def test_equals_the_authors_code():
    """vinid/neg_clip @ e680f8e44a, src/open_clip/loss.py, `ClipLoss`, scale 1 / 0.07, texts [captions, negatives]."""
    found = hard_negatives(waves(6, 8), waves(6, 8, 1), waves(6, 8, 3))
    assert float(found) == pytest.approx(7.082950083290468, rel=1e-6)


def test_without_made_up_captions_it_is_plain_contrast():
    anchors, partners = waves(5, 6), waves(5, 6, 1)
    torch.testing.assert_close(
        hard_negatives(anchors, partners, torch.empty(0, 6, dtype=torch.float64)), info_nce(anchors, partners)
    )


def test_a_caption_that_is_made_up_is_only_ever_pushed_away():
    for row in range(5):
        anchor, partner = waves(5, 6)[row : row + 1], waves(5, 6, 1)[row : row + 1]
        negative = waves(5, 6, 2)[row : row + 1].requires_grad_()
        hard_negatives(anchor, partner, negative).backward()
        moved = negative.detach() - 0.01 * negative.grad
        assert torch.cosine_similarity(anchor, moved) < torch.cosine_similarity(anchor, negative.detach())
