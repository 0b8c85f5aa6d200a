"""A memory of earlier batches for items without captions: with 8 at a time the queue supplies what is pushed away from."""

from __future__ import annotations

import copy

from torch import Tensor

from engine.objectives.queue_in_modal import queue_in_modal
from engine.training.averaging import MovingAverage
from engine.training.memory_queue import MemoryQueue
from tests.experiments.towers import descend, neighbour_accuracy, seeded, tower
from tests.experiments.views import scenes


def measure(seed: int) -> dict[str, float]:
    """Accuracy of the 20 nearest neighbours after 400 steps of 8 items, with a queue of 256 and without."""
    return {"effect": trained(seed, 256), "baseline": trained(seed, 0)}


def trained(seed: int, size: int) -> float:
    chance = seeded(seed)
    made, network = scenes(chance), tower(40, 16)
    slow, follower, queue = copy.deepcopy(network), MovingAverage(network, 0.99), MemoryQueue(max(size, 1), 16)

    def loss(step: int) -> Tensor:
        _, (one, two) = made.draw(8, chance, 2)
        follower.follow(network, step)
        slow.load_state_dict(follower.state)
        seen = slow(two).detach()
        found = queue_in_modal(network(one), seen, anchor_queue=queue.vectors if size else None)
        queue.push(seen)
        return found

    descend((network,), 400, loss, 3e-3)
    known, (shown,) = made.draw(1000, chance)
    true, (asked,) = made.draw(500, chance)
    return neighbour_accuracy(network(shown), known, network(asked), true)


def test_a_queue_makes_up_for_a_small_batch():
    found = measure(0)
    assert found["effect"] > found["baseline"] + 0.01
