"""A queue and a slow copy: scarce negatives are made up for, and wrong captions are believed less."""

from __future__ import annotations

import copy

import torch
from torch import Tensor

from engine.objectives.info_nce import info_nce
from engine.objectives.queue_nce import queue_nce
from engine.training.averaging import MovingAverage
from engine.training.memory_queue import MemoryQueue
from tests.experiments.pairs import world
from tests.experiments.towers import descend, recall, seeded, tower


def measure(seed: int) -> dict[str, float]:
    """Recall@1 of 500 clean pairs after training on pairs of which 40 % are wrong: trust 0.4 against none."""
    return {
        "effect": trained(seed, wrong=0.4, trust=0.4),
        "baseline": trained(seed, wrong=0.4, trust=0.0),
        "more_trust": trained(seed, wrong=0.4, trust=0.7),
    } | {
        "queue": trained(seed, wrong=0.0, trust=0.0, batch=16, queue=256),
        "no_queue": trained(seed, wrong=0.0, trust=None, batch=16),
    }


def trained(seed: int, wrong: float, trust: float | None, batch: int = 64, queue: int = 0) -> float:
    chance = seeded(seed)
    made = world(chance, gentle=wrong > 0)
    first, second = made.draw(1500, chance)
    moved = torch.arange(1500)
    moved[: int(1500 * wrong)] = torch.randperm(int(1500 * wrong), generator=chance)
    second = second[moved]
    towers = torch.nn.ModuleList([tower(48, 32), tower(48, 32)])
    slow, follower = copy.deepcopy(towers), MovingAverage(towers, 0.995)
    queues = [MemoryQueue(max(queue, 1), 32) for _ in range(2)]

    def loss(step: int) -> Tensor:
        rows = torch.randperm(1500, generator=chance)[:batch]
        a, b = towers[0](first[rows]), towers[1](second[rows])
        if trust is None:
            return info_nce(a, b)
        follower.follow(towers, step)
        slow.load_state_dict(follower.state)
        with torch.no_grad():
            slow_a, slow_b = slow[0](first[rows]), slow[1](second[rows])
        held = {"anchor_queue": queues[0].vectors, "partner_queue": queues[1].vectors} if queue else {}
        found = queue_nce(a, b, slow_a, slow_b, **held, distillation=trust * min(1, step / 100))
        if queue:
            queues[0].push(slow_a)
            queues[1].push(slow_b)
        return found

    descend((towers,), 800 if wrong else 500, loss, 2e-3)
    one, two = made.draw(500, chance)
    return recall(towers[0](one), towers[1](two))


def test_wrong_captions_are_believed_less():
    none, some, more = (trained(0, wrong=0.4, trust=trust) for trust in (0.0, 0.4, 0.7))
    assert some > none
    assert more > none + 0.04


def test_a_queue_makes_up_for_a_small_batch():
    assert trained(0, 0.0, 0.0, batch=16, queue=256) > trained(0, 0.0, None, batch=16) + 0.03
