"""A training that is killed goes on as if nothing had happened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from engine.objectives.info_nce import info_nce
from engine.training.loop import Outcome, Report, train
from engine.training.plan import Plan

PLAN = Plan(steps=24, learning_rate=1e-2, average=0.9, precision="float32", seed=5, save_every=4, log_every=2)


class Matching:
    """Two views of random points are to be recognised as one."""

    weights = {"info_nce": 1.0}

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.network: nn.Module = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 4))

    def parts(self, done, count, generator):
        points = torch.randn(count, 12, 8, generator=generator)
        return [(one, one + 0.3 * torch.randn(12, 8, generator=generator)) for one in points]

    def losses(self, network, part):
        return {"info_nce": info_nce(network(part[0]), network(part[1]))}


class Killed(Exception):
    """Stands for a power cut."""


def run(folder: Path | None = None, plan: Plan = PLAN, killed_at: int | None = None) -> Outcome:
    def report(report: Report) -> None:
        if report.step == killed_at:
            raise Killed

    return train(Matching(), plan, folder, report)


def test_a_killed_run_continues_on_exactly_the_same_path(tmp_path):
    whole = run()
    with pytest.raises(Killed):
        run(tmp_path, killed_at=14)
    resumed = run(tmp_path)
    assert resumed.history == whole.history
    assert all(torch.equal(resumed.state[name], value) for name, value in whole.state.items())


def test_a_run_killed_while_saving_continues_from_the_checkpoint_before(tmp_path):
    with pytest.raises(Killed):
        run(tmp_path, killed_at=14)
    (tmp_path / "step-0000016.safetensors").write_bytes(b"half a file")  # written before state.json names it
    assert run(tmp_path).history == run().history


def test_a_finished_run_is_not_trained_again(tmp_path):
    first = run(tmp_path)
    again = run(tmp_path)
    assert again.steps == first.steps
    assert again.history == first.history


def test_training_learns_and_reports_the_mean_of_each_loss():
    seen: list[Report] = []
    history = train(Matching(), PLAN, report=seen.append).history
    assert [report.step for report in seen] == list(range(2, 25, 2))
    assert np.mean([row["info_nce"] for row in history[-3:]]) < 0.7 * history[0]["info_nce"]


def test_two_replicas_give_the_gradient_of_both_halves(tmp_path):
    plan = Plan(steps=6, learning_rate=1e-2, precision="float32", replicas=2, save_every=2, log_every=2)
    assert run(plan=plan).history == run(plan=plan).history

    task = Matching()
    for layer in task.network:
        if isinstance(layer, nn.BatchNorm1d):
            layer.eval()  # so that halves do not see one another
    from engine.training.replicas import Replicas

    parts = task.parts(0.0, 2, torch.Generator().manual_seed(1))
    Replicas(task.network, 2).gradients(task.losses, parts, task.weights, None)
    spread = [parameter.grad.clone() for parameter in task.network.parameters()]
    task.network.zero_grad()
    (sum(task.losses(task.network, part)["info_nce"] for part in parts) / 2).backward()
    for found, parameter in zip(spread, task.network.parameters(), strict=True):
        torch.testing.assert_close(found, parameter.grad)


def test_a_plan_that_would_lose_reports_is_refused():
    with pytest.raises(ValueError, match="multiple"):
        Plan(steps=10, save_every=30, log_every=20)
