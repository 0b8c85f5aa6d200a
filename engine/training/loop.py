"""The one training loop: optimiser, precision, averaging, progress, checkpoints. It knows no modality and no loss.

A task supplies the network, each step's batch and the named losses of a batch. All chance of a step comes from
(seed, step), so a run that was killed and resumed follows exactly the path of one that was not.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from engine.errors import JobCancelled
from engine.models.imports import without_compiler
from engine.training import checkpoint
from engine.training.averaging import MovingAverage
from engine.training.comparing import Comparing
from engine.training.moving import set_modes
from engine.training.plan import Plan
from engine.training.replicas import Replicas
from engine.training.schedules import warm_cosine
from engine.training.shards import Shards


class Task(Protocol):
    """What differs between trainings: what moves, what it sees, and what is to become small."""

    network: nn.Module
    weights: dict[str, float]

    def parts(self, done: float, count: int, generator: torch.Generator) -> list[Any]:
        """One step's batch in `count` equal parts; `done` in [0, 1) is how far the run has come."""
        ...

    def losses(self, network: nn.Module, part: Any) -> dict[str, Tensor]:
        """The scalar losses of one part by name; `network` is this task's network or a replica of it."""
        ...


@dataclass(frozen=True)
class Report:
    """Where a run stands: mean losses since the last report (none when only a look was due), and the learning rate."""

    step: int
    steps: int
    losses: dict[str, float]
    rate: float
    seen: dict[str, float] = field(default_factory=dict)  # what a look found at this step


@dataclass(frozen=True)
class Outcome:
    """The end of a run: the averaged weights where averaging was on, else the last ones; and every report."""

    state: dict[str, Tensor]
    history: list[dict[str, float]]
    steps: int


class Watch(Protocol):
    """What goes on beside a run. Each may raise to stop it; when JobCancelled is raised the step's state is saved first."""

    def stepped(self, step: int) -> bool:
        """After every step; True ends the run here, as if it had been planned so."""
        ...

    def reported(self, report: Report) -> None:
        """Every `plan.log_every` steps."""
        ...

    def look(self, step: int, network: nn.Module) -> dict[str, float]:
        """When `plan.looks_at` says so: figures for the history. `network` holds the weights that would be kept."""
        ...

    def told(self, sentence: str) -> None:
        """Something people should know, such as a smaller batch."""
        ...


class Diverged(Exception):
    """A loss or a gradient is no number any more. Nothing of that step was applied."""

    def __init__(self, step: int) -> None:
        self.step = step
        super().__init__(f"not a number at step {step}")


def train(
    task: Task,
    plan: Plan,
    folder: Path | None = None,
    report: Callable[[Report], None] | None = None,
    *,
    watch: Watch | None = None,
) -> Outcome:
    """Run `plan.steps` steps, continuing from the checkpoint in `folder` when there is one.

    `report` is called every `plan.log_every` steps and may raise to stop; the last checkpoint stays. A resumed run may
    be given another `steps`; the schedule then stretches to it. Raises Diverged, and what `watch` and the task raise.
    """
    network = task.network.to(plan.device)
    optimizer = _optimizer(network, plan)
    average = MovingAverage(network, plan.average) if plan.average else None
    saved = checkpoint.load(folder, network, optimizer, average) if folder else None
    step, history, sums = (saved.step, saved.history, saved.sums) if saved else (0, [], {})
    set_modes(network, keep_statistics=plan.keep_statistics)
    gradients = _gradients_of(task, network, plan, watch)

    def save() -> None:
        if folder:
            checkpoint.save(folder, step, network, optimizer, average, plan.as_json(), history, sums)

    try:
        for parts in _drawn_ahead(task, plan, step):
            rate = plan.learning_rate * warm_cosine(step, plan.steps, plan.warmup)
            for group in optimizer.param_groups:
                group["lr"] = rate
            chance = _mixed(plan.seed, step)
            torch.manual_seed(chance)  # what dropout draws from
            optimizer.zero_grad(set_to_none=True)
            losses = gradients(parts, chance)
            norm = nn.utils.clip_grad_norm_(network.parameters(), plan.clip)
            if not all(math.isfinite(value) for value in (*map(float, losses.values()), float(norm))):
                raise Diverged(step + 1)
            with without_compiler():  # which every step would ask for
                optimizer.step()
            step += 1
            if isinstance(task, Comparing):
                task.after(step)
            if average is not None:
                average.follow(network, step)
            for name, value in losses.items():
                sums[name] = sums.get(name, 0.0) + float(value)
            row: dict[str, float] = {}
            if step % plan.log_every == 0 or step == plan.steps:
                since = (step - 1) % plan.log_every + 1
                row = {name: value / since for name, value in sums.items()}
                sums.clear()
            seen: dict[str, float] = {}
            if watch is not None and plan.looks_at(step):
                seen = watch.look(step, _as_kept(network, average))
                set_modes(network, keep_statistics=plan.keep_statistics)
            if row or seen:
                history.append({"step": step, **row, **seen})
                now = Report(step, plan.steps, row, rate, seen)
                for listener in (report, watch.reported if watch else None):
                    if listener is not None:
                        listener(now)
            if step % plan.save_every == 0 or step == plan.steps:
                save()
            if watch is not None and watch.stepped(step):
                save()
                break
    except JobCancelled:
        save()
        raise
    state = average.state if average is not None else {k: v.detach().clone() for k, v in network.state_dict().items()}
    return Outcome(state, history, step)


def _gradients_of(
    task: Task, network: nn.Module, plan: Plan, watch: Watch | None
) -> Callable[[list[Any], int], dict[str, Tensor]]:
    """What fills the gradients from one step's parts and its chance, and gives the mean losses."""
    precision = torch.bfloat16 if plan.precision == "bfloat16" else None
    if isinstance(task, Comparing):
        shards = Shards(task, network, plan.replicas, plan.micro, watch.told if watch else lambda sentence: None)
        return lambda parts, chance: shards.gradients(parts[0], precision, chance)
    replicas = Replicas(network, plan.replicas)
    return lambda parts, chance: replicas.gradients(task.losses, parts, task.weights, precision)


def _as_kept(network: nn.Module, average: MovingAverage | None) -> nn.Module:
    """The network with the weights that would be shipped now."""
    if average is None:
        return network
    kept = copy.deepcopy(network)
    kept.load_state_dict(average.state)
    return kept


def _optimizer(network: nn.Module, plan: Plan) -> torch.optim.AdamW:
    """AdamW; gains, biases and temperatures (fewer than two dimensions) are not decayed."""
    moving = [parameter for parameter in network.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in moving if p.ndim >= 2], "weight_decay": plan.weight_decay},
        {"params": [p for p in moving if p.ndim < 2], "weight_decay": 0.0},
    ]
    with without_compiler():
        optimizer = torch.optim.AdamW(groups, lr=plan.learning_rate, betas=(0.9, plan.beta2))
        optimizer.zero_grad()
    return optimizer


def _drawn_ahead(task: Task, plan: Plan, first: int) -> Iterator[list[Any]]:
    """Every step's parts from `first` on; the next step's are drawn while this one computes."""

    def draw(step: int) -> list[Any]:
        return task.parts(step / plan.steps, plan.replicas, torch.Generator().manual_seed(_mixed(plan.seed, step)))

    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(draw, first) if first < plan.steps else None
        for step in range(first, plan.steps):
            assert coming is not None
            parts = coming.result()
            coming = thread.submit(draw, step + 1) if step + 1 < plan.steps else None
            yield parts


def _mixed(seed: int, step: int) -> int:
    return (seed * 1_000_003 + step) % (2**63)
