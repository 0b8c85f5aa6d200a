"""Gradients of a whole batch from pieces of it: the same sums in less memory, or on several cores.

With as many pieces as cores every piece keeps its own graph. With more pieces than that, vectors are first made without
graphs, the comparison gives each vector its gradient, and then each piece is encoded again with a graph and its share is
passed on (GradCache: Gao, Zhang, Han, Callan 2021, arXiv:2101.06983). Memory then hangs on the piece, not on the batch,
at the price of a second forward pass. Without batch statistics both equal the plain batch to rounding.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import torch
from torch import Tensor, nn

from engine.errors import UserFixable
from engine.models.devices import is_out_of_memory
from engine.training.comparing import Comparing, Rows

SMALLEST = 1
T = TypeVar("T")


class Shards:
    """Encodes `task`'s batches in pieces of at most `micro` rows (0: one piece a core), on `count` cores.

    When a piece does not fit into memory the pieces become half as large, `told` gets a sentence, and the step goes on.
    """

    def __init__(
        self,
        task: Comparing,
        network: nn.Module,
        count: int,
        micro: int,
        told: Callable[[str], None] = lambda words: None,
    ) -> None:
        self.micro = micro
        self._task, self._network, self._told = task, network, told
        # two threads would take turns at one source of chance, in an order that nobody can repeat
        count = 1 if any(_draws_chance(module) for module in network.modules()) else count
        self._twins = [network, *(_twin(network) for _ in range(count - 1))]
        self._threads = ThreadPoolExecutor(count, initializer=_one_core) if count > 1 else None

    def gradients(self, rows: Rows, precision: torch.dtype | None, seed: int) -> dict[str, Tensor]:
        """Fill the network's `.grad` and return the losses, on the CPU. Raises UserFixable when not even one row fits."""
        device = next(self._network.parameters()).device
        while True:
            try:
                return self._gradients({name: value.to(device) for name, value in rows.items()}, precision, seed)
            except (RuntimeError, MemoryError) as fault:
                if not is_out_of_memory(fault):
                    raise
            self._halve(len(next(iter(rows.values()))), device)

    def _gradients(self, rows: Rows, precision: torch.dtype | None, seed: int) -> dict[str, Tensor]:
        count = len(next(iter(rows.values())))
        micro = min(count, self.micro or -(-count // len(self._twins)))
        pieces = [
            {name: value[start : start + micro] for name, value in rows.items()} for start in range(0, count, micro)
        ]
        if len(pieces) == 1:
            losses = self._task.compare(self._network, self._encoded(self._network, rows, precision), rows)
            self._total(losses).backward()  # type: ignore[no-untyped-call]
        elif len(pieces) <= len(self._twins):
            losses = self._with_graphs(pieces, rows, precision)
        else:
            losses = self._with_cache(pieces, rows, precision, seed)
        return {name: value.detach().float().cpu() for name, value in losses.items()}

    def _with_graphs(self, pieces: list[Rows], rows: Rows, precision: torch.dtype | None) -> dict[str, Tensor]:
        made = self._each(lambda twin, place: self._encoded(twin, pieces[place], precision), len(pieces))
        losses, leaves = self._compared(made, rows)
        self._each(lambda twin, place: _pass_on(made[place], leaves[place]), len(pieces))
        self._gather()
        return losses

    def _with_cache(
        self, pieces: list[Rows], rows: Rows, precision: torch.dtype | None, seed: int
    ) -> dict[str, Tensor]:
        def first(twin: nn.Module, place: int) -> Rows:
            torch.manual_seed(seed + place)  # dropout is to fall alike in both passes
            with torch.no_grad(), _statistics_kept(twin):
                return self._encoded(twin, pieces[place], precision)

        def second(twin: nn.Module, place: int) -> None:
            torch.manual_seed(seed + place)
            _pass_on(self._encoded(twin, pieces[place], precision), leaves[place])

        made = self._each(first, len(pieces))
        losses, leaves = self._compared(made, rows)
        self._each(second, len(pieces))
        self._gather()
        return losses

    def _compared(self, made: list[Rows], rows: Rows) -> tuple[dict[str, Tensor], list[Rows]]:
        """Losses of all pieces together, and each piece's vectors with their gradients."""
        leaves = [{name: value.detach().requires_grad_() for name, value in piece.items()} for piece in made]
        joined = {name: torch.cat([piece[name] for piece in leaves]) for name in leaves[0]}
        losses = self._task.compare(self._network, joined, rows)
        self._total(losses).backward()  # type: ignore[no-untyped-call]
        return losses, leaves

    def _encoded(self, network: nn.Module, rows: Rows, precision: torch.dtype | None) -> Rows:
        kind = next(iter(rows.values())).device.type
        with torch.autocast(kind, precision or torch.bfloat16, enabled=precision is not None):
            return {name: value.float() for name, value in self._task.encode(network, rows).items()}

    def _total(self, losses: dict[str, Tensor]) -> Tensor:
        return torch.stack([self._task.weights.get(name, 1.0) * value for name, value in losses.items()]).sum()

    def _each(self, work: Callable[[nn.Module, int], T], count: int) -> list[T]:
        """`work(twin, place)` for every piece, each twin's pieces one after the other, in order."""
        if self._threads is None:
            return [work(self._network, place) for place in range(count)]
        done: list[T | None] = [None] * count

        def of_twin(number: int) -> None:
            for place in range(number, count, len(self._twins)):
                done[place] = work(self._twins[number], place)

        list(self._threads.map(of_twin, range(len(self._twins))))
        return done  # type: ignore[return-value]

    def _gather(self) -> None:
        """Add up what the twins found, in their order."""
        for twin in self._twins[1:]:
            for own, shared in zip(twin.parameters(), self._network.parameters(), strict=True):
                if own.grad is not None:
                    shared.grad = own.grad if shared.grad is None else shared.grad.add_(own.grad)
                own.grad = None

    def _halve(self, count: int, device: torch.device) -> None:
        before = min(count, self.micro or -(-count // len(self._twins)))
        if before <= SMALLEST:
            raise UserFixable(
                "Not even one pair fits into memory beside this model.",
                "The model it started from is as it was.",
                "Close other programs, or choose a smaller model, “head” or “lora”.",
            )
        self.micro = -(-before // 2)
        for twin in self._twins:
            twin.zero_grad(set_to_none=True)
        if device.type == "cuda":
            torch.cuda.empty_cache()
        times = -(-count // self.micro)
        self._told(f"{before} at once did not fit into memory; going on with {self.micro}, {times} times a step.")


def _twin(network: nn.Module) -> nn.Module:
    """A copy with the same weights in memory, and gradients and batch statistics of its own."""
    twin = copy.deepcopy(network)
    for own, shared in zip(twin.parameters(), network.parameters(), strict=True):
        own.data = shared.data
    return twin


def _pass_on(made: Rows, leaves: Rows) -> None:
    moved = [(value, leaves[name].grad) for name, value in made.items() if value.requires_grad]
    if moved:
        torch.autograd.backward([value for value, _ in moved], [grad for _, grad in moved])


def _draws_chance(module: nn.Module) -> bool:
    rate = getattr(module, "drop_prob", getattr(module, "p", 0.0)) if "drop" in type(module).__name__.lower() else 0.0
    if isinstance(module, nn.MultiheadAttention):
        rate = module.dropout
    return module.training and isinstance(rate, float) and rate > 0


@contextmanager
def _statistics_kept(network: nn.Module) -> Iterator[None]:
    """Inside, running statistics do not move: the second pass is the one that counts."""
    norms = [module for module in network.modules() if isinstance(module, nn.modules.batchnorm._BatchNorm)]
    before = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = 0.0
    try:
        yield
    finally:
        for norm, momentum in zip(norms, before, strict=True):
            norm.momentum = momentum


def _one_core() -> None:
    torch.set_num_threads(1)
