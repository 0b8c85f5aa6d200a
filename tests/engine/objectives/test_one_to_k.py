"""1-to-K contrast equals its sums; missing translations are simply not there."""

from __future__ import annotations

import math

import pytest
import torch

from engine.objectives.info_nce import info_nce
from engine.objectives.one_to_k import one_to_k
from tests.reference.contrast import one_way, units
from tests.support.vectors import waves


@pytest.mark.parametrize("owners", [[0, 0, 1, 1, 2, 2], [2, 0, 1, 0, 0, 1], [0, 1, 2, 2, 2, 2]])
def test_equals_the_sums_whichever_captions_there_are(owners):
    pictures, texts = waves(3, 6), waves(6, 6, 1)
    shares = [[(owner == i) / owners.count(i) for owner in owners] for i in range(3)]
    back = [[float(owner == i) for i in range(3)] for owner in owners]
    p, t = units(pictures), units(texts)
    expected = (one_way(p, t, shares, 0.07) + one_way(t, p, back, 0.07)) / 2
    assert math.isclose(float(one_to_k(pictures, texts, torch.tensor(owners))), expected, rel_tol=1e-9)


def test_with_one_caption_each_it_is_plain_contrast():
    pictures, texts = waves(5, 6), waves(5, 6, 1)
    torch.testing.assert_close(one_to_k(pictures, texts, torch.arange(5)), info_nce(pictures, texts))


def test_differs_from_the_authors_code_by_the_weight_of_the_way_back_alone():
    """BUAADreamer/CCRK @ 06449d2048, models/xvlm.py: (sum over K of i2t + mean of t2i) / 2 / K with `need_divm` 0."""
    pictures, texts, owners = waves(3, 6), waves(6, 6, 1), torch.tensor([0, 0, 1, 1, 2, 2])
    p, t = units(pictures), units(texts)
    there = one_way(p, t, [[float(owner == i) for owner in owners.tolist()] for i in range(3)], 0.07)
    back = one_way(t, p, [[float(owner == i) for i in range(3)] for owner in owners.tolist()], 0.07)
    theirs = (there + back) / 2 / 2
    ours = float(one_to_k(pictures, texts, owners))
    assert math.isclose(ours, theirs + back / 4, rel_tol=1e-9)


def test_a_picture_without_a_caption_is_pushed_from_all_and_pulled_to_none():
    pictures = waves(3, 6).requires_grad_()
    one_to_k(pictures, waves(2, 6, 1), torch.tensor([0, 1])).backward()
    assert pictures.grad[2].abs().sum() > 0
