"""The one training loop: optimiser, precision, averaging, progress, checkpoints. It knows no modality and no loss.

A task supplies the network, each step's batch and the named losses of a batch. All chance of a step comes from
(seed, step), so a run that was killed and resumed follows exactly the path of one that was not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from engine.training import checkpoint
from engine.training.averaging import MovingAverage
from engine.training.plan import Plan
from engine.training.replicas import Replicas
from engine.training.schedules import warm_cosine


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
    """Where a run stands: mean losses since the last report, and the learning rate."""

    step: int
    steps: int
    losses: dict[str, float]
    rate: float


@dataclass(frozen=True)
class Outcome:
    """The end of a run: the averaged weights where averaging was on, else the last ones; and every report."""

    state: dict[str, Tensor]
    history: list[dict[str, float]]
    steps: int


def train(
    task: Task,
    plan: Plan,
    folder: Path | None = None,
    report: Callable[[Report], None] | None = None,
) -> Outcome:
    """Run `plan.steps` steps, continuing from the checkpoint in `folder` when there is one.

    `report` is called every `plan.log_every` steps and may raise to stop; the last checkpoint stays. A resumed run may
    be given another `steps`; the schedule then stretches to it.
    """
    network = task.network.to(plan.device)
    optimizer = _optimizer(network, plan)
    average = MovingAverage(network, plan.average) if plan.average else None
    saved = checkpoint.load(folder, network, optimizer, average) if folder else None
    step, history = (saved.step, saved.history) if saved else (0, [])
    replicas = Replicas(network.train(), plan.replicas)
    precision = torch.bfloat16 if plan.precision == "bfloat16" else None
    sums: dict[str, float] = {}
    for parts in _drawn_ahead(task, plan, step):
        rate = plan.learning_rate * warm_cosine(step, plan.steps, plan.warmup)
        for group in optimizer.param_groups:
            group["lr"] = rate
        torch.manual_seed(_mixed(plan.seed, step))  # what dropout draws from
        optimizer.zero_grad(set_to_none=True)
        losses = replicas.gradients(task.losses, parts, task.weights, precision)
        nn.utils.clip_grad_norm_(network.parameters(), plan.clip)
        optimizer.step()
        step += 1
        if average is not None:
            average.follow(network, step)
        for name, value in losses.items():
            sums[name] = sums.get(name, 0.0) + float(value)
        if step % plan.log_every == 0 or step == plan.steps:
            since = (step - 1) % plan.log_every + 1
            means = {name: value / since for name, value in sums.items()}
            history.append({"step": step, **means})
            sums.clear()
            if report is not None:
                report(Report(step, plan.steps, means, rate))
        if folder and (step % plan.save_every == 0 or step == plan.steps):
            checkpoint.save(folder, step, network, optimizer, average, plan.as_json(), history)
    state = average.state if average is not None else {k: v.detach().clone() for k, v in network.state_dict().items()}
    return Outcome(state, history, step)


def _optimizer(network: nn.Module, plan: Plan) -> torch.optim.AdamW:
    """AdamW; gains, biases and temperatures (fewer than two dimensions) are not decayed."""
    moving = [parameter for parameter in network.parameters() if parameter.requires_grad]
    groups = [
        {"params": [p for p in moving if p.ndim >= 2], "weight_decay": plan.weight_decay},
        {"params": [p for p in moving if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=plan.learning_rate, betas=(0.9, plan.beta2))


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
