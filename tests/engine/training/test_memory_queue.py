"""A queue holds the newest vectors and nothing random, and comes back with a checkpoint."""

from __future__ import annotations

import pytest
import torch

from engine.training.memory_queue import MemoryQueue, fitting_size


def numbered(first: int, count: int) -> torch.Tensor:
    return torch.arange(first, first + count).float()[:, None].repeat(1, 3)


def held(queue: MemoryQueue) -> set[int]:
    return {int(row[0]) for row in queue.vectors}


def test_a_new_queue_is_empty_and_grows_by_what_is_pushed():
    queue = MemoryQueue(8, 3)
    assert queue.vectors.shape == (0, 3)
    queue.push(numbered(1, 5))
    assert held(queue) == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("batches", [(5, 5), (3, 3, 3, 3), (8,), (20,), (1, 19, 2)])
def test_the_newest_stay_whatever_the_size_of_a_batch(batches):
    queue, total = MemoryQueue(8, 3), 0
    for count in batches:
        queue.push(numbered(total, count))
        total += count
    assert held(queue) == set(range(max(0, total - 8), total))


def test_what_was_taken_out_does_not_change_with_the_next_push():
    queue = MemoryQueue(4, 3)
    queue.push(numbered(0, 4))
    before = queue.vectors
    queue.push(numbered(4, 4))
    assert {int(row[0]) for row in before} == {0, 1, 2, 3}


def test_a_queue_comes_back_with_the_network_that_holds_it():
    queue, again = MemoryQueue(4, 3), MemoryQueue(4, 3)
    queue.push(numbered(0, 3))
    again.load_state_dict(queue.state_dict())
    queue.push(numbered(3, 3))
    again.push(numbered(3, 3))
    assert held(again) == held(queue) == {2, 3, 4, 5}


def test_nothing_in_it_is_trained():
    queue, vectors = MemoryQueue(4, 3), torch.ones(2, 3, requires_grad=True)
    queue.push(vectors * 2)
    assert not queue.vectors.requires_grad
    assert list(queue.parameters()) == []


@pytest.mark.parametrize(
    ("wanted", "items", "batch", "size"), [(65536, 1900, 64, 896), (1024, 100_000, 128, 1024), (1000, 50, 32, 32)]
)
def test_a_queue_fits_the_archive_and_the_batch(wanted, items, batch, size):
    assert fitting_size(wanted, items, batch) == size
