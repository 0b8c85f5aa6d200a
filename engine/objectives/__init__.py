"""EXTENSION 2, objectives: pure functions, tensors in, scalar out; one file per loss.

Comes in: vectors and what they should agree with. Goes out: one scalar per named term. May import torch and the
registry; knows nothing of data, models or loops. Queues, teachers and learned temperatures are passed in by recipes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.registry import Registry

if TYPE_CHECKING:
    from torch import Tensor

objectives: Registry[Callable[..., Tensor]] = Registry("engine.objectives")
objective = objectives.register
