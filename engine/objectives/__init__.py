"""EXTENSION 2, objectives: pure functions, tensors in, scalar out; one file per loss.

Comes in: vectors and what they should agree with. Goes out: one scalar per named term. May import torch, errors and
the registry; knows nothing of data, models or loops.

How a recipe calls any of them: an objective asks for its inputs by the names of its parameters, and `inputs.INPUTS` says
what each name holds (anchors, partners, views, labels, a queue, a teacher's vectors ...). A parameter without a default is
needed; one whose default is None is used when it is there; every other is a setting with a label, a range and a help text,
from which forms are made. So a recipe makes one dictionary of what it has, `{"anchors": ..., "partners": ...}`, and
`weighting.Mixture` gives each objective its share of it; `Mixture.needed` says beforehand what has to be made.
Queues, teachers, prototypes and learned temperatures belong to the recipe and are passed in.

Vectors may have any length: what compares directions normalises them itself, in single precision also under autocast.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.registry import Registry

if TYPE_CHECKING:
    from torch import Tensor

objectives: Registry[Callable[..., Tensor]] = Registry("engine.objectives")
objective = objectives.register
