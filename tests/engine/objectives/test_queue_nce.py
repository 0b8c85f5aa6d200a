"""The queue's loss equals ALBEF's formula; without queue and trust it is plain contrast."""

from __future__ import annotations

import math

import pytest
import torch

from engine.objectives.info_nce import info_nce
from engine.objectives.queue_in_modal import queue_in_modal
from engine.objectives.queue_nce import queue_nce
from tests.reference.contrast import dot, log_softmax_at, one_way, own, units
from tests.support.vectors import waves

ANCHORS, PARTNERS, SLOW_ANCHORS, SLOW_PARTNERS = (waves(5, 6, phase) for phase in range(4))
QUEUES = {"anchor_queue": waves(7, 6, 4), "partner_queue": waves(7, 6, 5)}


def albef(rows: torch.Tensor, slow_rows: torch.Tensor, candidates: torch.Tensor, share: float) -> float:
    """Equations 5 and 6 of arXiv:2107.07651 one way round, temperature 0.07."""
    r, s, c = units(rows), units(slow_rows), units(candidates)
    total = 0.0
    for i in range(len(r)):
        online, slow = ([dot(x, candidate) / 0.07 for candidate in c] for x in (r[i], s[i]))
        for j in range(len(c)):
            wanted = share * math.exp(log_softmax_at(j, slow)) + (1 - share) * (i == j)
            total -= wanted * log_softmax_at(j, online)
    return total / len(r)


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_equals_the_papers_formula(share):
    there = albef(ANCHORS, SLOW_ANCHORS, torch.cat([SLOW_PARTNERS, QUEUES["partner_queue"]]), share)
    back = albef(PARTNERS, SLOW_PARTNERS, torch.cat([SLOW_ANCHORS, QUEUES["anchor_queue"]]), share)
    found = queue_nce(ANCHORS, PARTNERS, SLOW_ANCHORS, SLOW_PARTNERS, **QUEUES, distillation=share)
    assert math.isclose(float(found), (there + back) / 2, rel_tol=1e-9)


def test_without_queue_and_trust_it_is_plain_contrast():
    found = queue_nce(ANCHORS, PARTNERS, ANCHORS, PARTNERS, distillation=0.0)
    torch.testing.assert_close(found, info_nce(ANCHORS, PARTNERS), rtol=0, atol=1e-9)


def test_a_queue_of_strangers_makes_the_task_harder():
    plain = queue_nce(ANCHORS, PARTNERS, SLOW_ANCHORS, SLOW_PARTNERS, distillation=0.0)
    assert queue_nce(ANCHORS, PARTNERS, SLOW_ANCHORS, SLOW_PARTNERS, **QUEUES, distillation=0.0) > plain


def test_in_modal_terms_equal_their_sums():
    slow, queue = units(SLOW_ANCHORS), units(QUEUES["anchor_queue"])
    pictures = one_way(units(ANCHORS), slow + queue, own(5, 12), 0.07)
    assert math.isclose(
        float(queue_in_modal(ANCHORS, SLOW_ANCHORS, anchor_queue=QUEUES["anchor_queue"])), pictures, rel_tol=1e-9
    )
    texts = one_way(units(PARTNERS), units(SLOW_PARTNERS), own(5), 0.07)
    both = queue_in_modal(
        ANCHORS, SLOW_ANCHORS, partners=PARTNERS, teacher_partners=SLOW_PARTNERS, anchor_queue=QUEUES["anchor_queue"]
    )
    assert math.isclose(float(both), (pictures + texts) / 2, rel_tol=1e-9)
