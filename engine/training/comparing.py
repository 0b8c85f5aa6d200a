"""A training whose losses compare the vectors of a whole batch, told in two halves: encode rows, then compare all of them.

The halves are what lets the loop encode a batch in pieces, in little memory or on several cores, with the losses and
gradients of the whole batch (see shards.py). Parts and vectors are tensors by name; row i belongs to row i of every other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from pathlib import Path

    from engine.models.folder import ModelFolder

Rows = dict[str, Tensor]  # by name, all with the same first dimension


@dataclass
class Comparing:
    """What a recipe hands to the loop.

    `draw(step, generator)` gives one step's rows; `encode(network, rows)` their vectors; `compare(network, vectors, rows)` the
    named losses, which `weights` mixes. `after(step)` follows each step (a temperature is bounded, a teacher follows). What has
    to outlive a kill (teachers, queues, heads) is part of `network`. `model(network)` is the part of it that encodes
    pictures and words as the new model will; `released()` finishes that part, once, when the run is over, and `write(parent,
    folder)` makes a model folder of it where it is not an open_clip network like its parent. `notes` are for people.
    """

    network: nn.Module
    weights: dict[str, float]
    steps: int
    draw: Callable[[int, torch.Generator], Rows]
    encode: Callable[[nn.Module, Rows], Rows]
    compare: Callable[[nn.Module, Rows, Rows], dict[str, Tensor]]
    released: Callable[[], nn.Module]
    model: Callable[[nn.Module], nn.Module] = lambda network: network
    after: Callable[[int], None] = lambda step: None
    write: Callable[[ModelFolder, Path], None] | None = None
    notes: list[str] = field(default_factory=list)

    def parts(self, done: float, count: int, generator: torch.Generator) -> list[Rows]:
        """The whole batch as one part; pieces are cut later."""
        return [self.draw(round(done * self.steps), generator)]

    def losses(self, network: nn.Module, part: Any) -> dict[str, Tensor]:
        """Both halves at once."""
        return self.compare(network, self.encode(network, part), part)
