"""SwAV's loss and its balanced assignment equal the authors' code; groups stay equally full."""

from __future__ import annotations

import math

import pytest
import torch

from engine.objectives.sinkhorn import balanced_codes
from engine.objectives.swav import swav
from tests.reference.contrast import dot, log_softmax_at, units
from tests.support.vectors import waves

VIEWS, PROTOTYPES = [waves(6, 8, phase) for phase in (0, 1, 2)], waves(4, 8, 5)


def plain_codes(scores: list[list[float]], epsilon: float, rounds: int) -> list[list[float]]:
    """Algorithm 1's `sinkhorn` of arXiv:2006.09882 on lists: columns to 1 / k, rows to 1 / n, in turn."""
    powers = [[math.exp(score / epsilon) for score in row] for row in scores]
    for _ in range(rounds):
        full = [sum(column) for column in zip(*powers, strict=True)]
        powers = [[value / whole for value, whole in zip(row, full, strict=True)] for row in powers]
        powers = [[value / sum(row) for value in row] for row in powers]
    return powers


def test_the_assignment_equals_plain_turns_of_rows_and_columns():
    scores = [[dot(view, prototype) for prototype in units(PROTOTYPES)] for view in units(VIEWS[0])]
    found = balanced_codes(torch.tensor(scores, dtype=torch.float64))
    torch.testing.assert_close(found, torch.tensor(plain_codes(scores, 0.05, 3), dtype=torch.float64))


def test_the_assignment_equals_the_authors_code():
    """facebookresearch/swav @ 06b1b7cbaf, main_swav.py, `distributed_sinkhorn` on one machine: the first two rows."""
    scores = torch.tensor([[dot(v, p) for p in units(PROTOTYPES)] for v in units(VIEWS[0])], dtype=torch.float64)
    theirs = [
        [6.321611972906554e-08, 0.9997655981957095, 0.00023433855348089987, 3.468989086369118e-11],
        [1.709500367324202e-15, 4.0152619539349384e-08, 0.9954270432235758, 0.004572916623802901],
    ]
    torch.testing.assert_close(balanced_codes(scores)[:2], torch.tensor(theirs, dtype=torch.float64), rtol=1e-8, atol=0)


def test_the_loss_equals_the_authors_loop():
    """Their loop over two large crops and a small one, run on these vectors."""
    assert float(swav(VIEWS, PROTOTYPES)) == pytest.approx(5.45249768567763, rel=1e-9)


def test_the_loss_equals_plain_sums():
    scores = [[[dot(v, p) for p in units(PROTOTYPES)] for v in units(view)] for view in VIEWS]
    total = 0.0
    for large in (0, 1):
        codes = plain_codes(scores[large], 0.05, 3)
        for other in {0, 1, 2} - {large}:
            for code, row in zip(codes, scores[other], strict=True):
                scaled = [score / 0.1 for score in row]
                total -= sum(share * log_softmax_at(k, scaled) for k, share in enumerate(code))
    assert math.isclose(float(swav(VIEWS, PROTOTYPES)), total / 6 / 4, rel_tol=1e-9)


def test_groups_are_equally_full_where_a_softmax_would_fill_few():
    chance = torch.Generator().manual_seed(0)
    scores = torch.randn(256, 12, generator=chance) * 0.1 + torch.linspace(0, 0.4, 12)
    full = balanced_codes(scores).sum(0) * 12 / 256
    alone = (scores / 0.05).softmax(1).sum(0) * 12 / 256
    assert full.min() > 0.75
    assert full.max() < 1.25
    assert alone.min() < 0.1
    assert alone.max() > 2


def test_items_that_are_all_alike_belong_to_all_groups_alike():
    torch.testing.assert_close(balanced_codes(torch.ones(8, 5)), torch.full((8, 5), 0.2))


def test_small_views_are_never_assigned():
    """Changing a small view's vectors moves the loss only as a guess: its codes do not exist."""
    two = swav(VIEWS[:2], PROTOTYPES)
    per_pair = swav([*VIEWS[:2], VIEWS[0]], PROTOTYPES, large=1)
    assert not torch.isclose(two, per_pair)
    one_way = swav(VIEWS[:2], PROTOTYPES, large=1)
    other_way = swav([VIEWS[1], VIEWS[0]], PROTOTYPES, large=1)
    torch.testing.assert_close(two, (one_way + other_way) / 2)


def test_a_queue_balances_along_and_adds_no_terms():
    """With a queue full of one group's items, the batch is told to use the others."""
    queue = PROTOTYPES[:1].repeat(30, 1) + 0.01 * waves(30, 8, 3)
    with_queue = swav(VIEWS, PROTOTYPES, view_queues=[queue, queue])
    assert torch.isfinite(with_queue)
    assert not torch.isclose(with_queue, swav(VIEWS, PROTOTYPES))
    torch.testing.assert_close(swav(VIEWS, PROTOTYPES, view_queues=[queue[:0], queue[:0]]), swav(VIEWS, PROTOTYPES))


def test_large_scores_do_not_overflow():
    codes = balanced_codes(torch.tensor([[100.0, -100.0], [50.0, 0.0]]), epsilon=0.005)
    assert torch.isfinite(codes).all()
    torch.testing.assert_close(codes.sum(1), torch.ones(2))
