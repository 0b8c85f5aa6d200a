"""A batch may be encoded in pieces: losses and gradients are those of the whole batch, and less memory is no reason to stop."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from engine.errors import UserFixable
from engine.objectives.info_nce import info_nce
from engine.training.comparing import Comparing
from engine.training.shards import Shards


class Towers(nn.Module):
    """Two small encoders and a temperature of their own."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.left = nn.Sequential(nn.Linear(6, 16), nn.GELU(), nn.Dropout(dropout), nn.Linear(16, 5))
        self.right = nn.Linear(4, 5)
        self.scale = nn.Parameter(torch.tensor(2.0))


def task_of(network: nn.Module, largest: int = 10**9) -> Comparing:
    """Encoding more than `largest` rows at once does not fit into memory."""

    def encode(network, rows) -> dict[str, Tensor]:
        if len(rows["left"]) > largest:
            raise torch.OutOfMemoryError("out of memory")
        return {"left": network.left(rows["left"]), "right": network.right(rows["right"])}

    def compare(network, vectors, rows) -> dict[str, Tensor]:
        assert len(vectors["left"]) == len(rows["left"]), "the comparison is to see the whole batch"
        contrast = info_nce(vectors["left"], vectors["right"], temperature=torch.exp(-network.scale))
        return {"info_nce": contrast, "size": vectors["left"].square().mean()}

    return Comparing(network, {"info_nce": 1.0, "size": 0.1}, 10, lambda *_: {}, encode, compare, lambda: network)


def rows(count: int = 24) -> dict[str, Tensor]:
    torch.manual_seed(3)
    return {"left": torch.randn(count, 6), "right": torch.randn(count, 4)}


def plain(network: nn.Module) -> tuple[dict[str, Tensor], list[Tensor]]:
    """Losses and gradients of the whole batch by plain autograd."""
    own = copy.deepcopy(network)
    task = task_of(own)
    losses = task.losses(own, rows())
    (losses["info_nce"] + 0.1 * losses["size"]).backward()
    return {name: value.detach() for name, value in losses.items()}, [weight.grad for weight in own.parameters()]


@pytest.mark.parametrize(("cores", "micro"), [(1, 0), (2, 0), (3, 0), (1, 5), (2, 5), (1, 1), (1, 24)])
def test_pieces_give_the_losses_and_gradients_of_the_whole_batch(cores, micro):
    network = Towers().train()
    expected, wanted = plain(network)
    shards = Shards(task_of(network), network, cores, micro)
    for _ in range(2):  # the second time nothing of the first is left
        network.zero_grad(set_to_none=True)
        losses = shards.gradients(rows(), None, seed=1)
        for name in expected:
            torch.testing.assert_close(losses[name], expected[name], rtol=1e-6, atol=1e-6)
        for found, gradient in zip([weight.grad for weight in network.parameters()], wanted, strict=True):
            torch.testing.assert_close(found, gradient, rtol=1e-5, atol=1e-6)


def test_dropout_falls_alike_when_a_piece_is_encoded_twice():
    network = Towers(dropout=0.5).train()
    shards = Shards(task_of(network), network, 2, 6)
    found = []
    for _ in range(2):
        network.zero_grad(set_to_none=True)
        losses = shards.gradients(rows(), None, seed=7)
        found.append((losses["info_nce"], network.left[0].weight.grad.clone()))
    assert torch.equal(found[0][0], found[1][0])
    assert torch.equal(found[0][1], found[1][1])

    # against one graph over the same masks, piece by piece
    own = copy.deepcopy(network)
    own.zero_grad(set_to_none=True)
    task, batch = task_of(own), rows()
    vectors = []
    for place in range(4):
        torch.manual_seed(7 + place)
        vectors.append(task.encode(own, {name: value[place * 6 : place * 6 + 6] for name, value in batch.items()}))
    joined = {name: torch.cat([piece[name] for piece in vectors]) for name in vectors[0]}
    losses = task.compare(own, joined, batch)
    (losses["info_nce"] + 0.1 * losses["size"]).backward()
    torch.testing.assert_close(own.left[0].weight.grad, found[0][1], rtol=1e-5, atol=1e-6)


def test_batch_statistics_move_once_when_pieces_are_encoded_twice():
    network = Towers().train()
    network.left.insert(1, nn.BatchNorm1d(16))
    Shards(task_of(network), network, 1, 6).gradients(rows(), None, seed=1)
    assert network.left[1].num_batches_tracked.item() in (4, 8)  # it counts passes, also those that do not move it
    expected = torch.zeros(16)
    for piece in rows()["left"].split(6):
        expected = 0.9 * expected + 0.1 * network.left[0](piece).mean(0)
    torch.testing.assert_close(network.left[1].running_mean, expected.detach())


def test_what_does_not_fit_into_memory_is_halved_until_it_does_and_said():
    network = Towers().train()
    expected, wanted = plain(network)
    told: list[str] = []
    shards = Shards(task_of(network, largest=7), network, 1, 0, told.append)
    losses = shards.gradients(rows(), None, seed=1)
    assert shards.micro == 6
    assert told == [
        "24 at once did not fit into memory; going on with 12, 2 times a step.",
        "12 at once did not fit into memory; going on with 6, 4 times a step.",
    ]
    torch.testing.assert_close(losses["info_nce"], expected["info_nce"], rtol=1e-6, atol=1e-6)
    for found, gradient in zip([weight.grad for weight in network.parameters()], wanted, strict=True):
        torch.testing.assert_close(found, gradient, rtol=1e-5, atol=1e-6)


def test_when_not_even_one_row_fits_a_sentence_says_what_to_do():
    network = Towers().train()
    with pytest.raises(UserFixable, match="Not even one pair fits into memory"):
        Shards(task_of(network, largest=0), network, 1, 0).gradients(rows(), None, seed=1)
