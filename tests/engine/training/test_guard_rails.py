"""A training that breaks a model is stopped before it replaces anything; one that is well is left alone."""

from __future__ import annotations

import errno
import os
import resource
import signal
from dataclasses import replace

import numpy as np
import pytest
import torch

from engine.models.specs import ImageSpec
from engine.training import checkpoint
from engine.training.probe import Answers, Questions
from engine.training.rails import Alarm, Rails


def test_a_learning_rate_of_one_is_stopped_within_twenty_steps_and_nothing_is_promoted(engine, train):
    finished, run = train(learning_rate=1.0, passes=40.0, warmup=0.0)
    assert finished.outcome == "failed"
    assert run.state == "stopped"
    assert run.step <= 20
    assert run.result is None
    assert [card.key for card in engine.models.cards() if card.parent] == []
    assert "Nothing was replaced." in finished.reason
    assert "learning rate" in finished.remedy
    assert not run.resumable


@pytest.mark.parametrize("seed", range(5))
def test_a_healthy_run_raises_no_alarm(train, seed):
    finished, run = train(seed=seed, passes=8.0, retention=0.92 if seed == 0 else 0.0)
    assert finished.outcome == "done", finished.reason
    assert run.state == "done"
    assert run.result is not None


def test_the_best_step_becomes_the_model_and_not_the_last(engine, train, monkeypatch):
    from engine.training import loop

    monkeypatch.setattr(loop, "warm_cosine", lambda step, steps, warmup: 1.0 if step < steps / 2 else 40.0)
    finished, run = train(passes=16.0, collapse=False)
    assert finished.outcome == "done", finished.reason
    losses = {
        row["step"]: row["held_out_loss"] for row in engine.training.history(run.number) if "held_out_loss" in row
    }
    best = min(losses, key=losses.__getitem__)
    assert best != run.steps, "the case is to be one in which later steps are worse"
    assert run.best_step == best
    assert run.after["held_out_loss"] == pytest.approx(losses[best], abs=1e-4)


def test_a_loss_that_is_no_number_stops_the_run(engine, train, monkeypatch):
    from engine.objectives import objectives

    def broken(anchors, partners, *, temperature=0.07):
        return (anchors * partners).sum() * torch.tensor(float("nan"))

    monkeypatch.setitem(objectives._entries, "info_nce", replace(objectives["info_nce"], made=broken))
    finished, run = train()
    assert finished.outcome == "failed"
    assert "the loss is no number any more" in finished.reason
    assert finished.remedy == "Try a learning rate of 0.0001."
    assert (run.state, run.result) == ("stopped", None)


class Fixed:
    """Stands for a network whose answers are given: only what the rails make of them is tested."""


def rails_over(answers: list[tuple[np.ndarray, np.ndarray]], retention: float = 0.92) -> Rails:
    """Rails whose sample questions get the given (picture, sentence) vectors at each look."""
    count = len(answers[0][0])
    questions = Questions(np.zeros((count, 1, 1, 3), np.uint8), torch.zeros(count, 1), np.eye(count, dtype=bool))
    from engine.training.limits import Limits

    rails = Rails(None, questions, ImageSpec(1), Limits(retention=retention))
    coming = iter(answers)
    rails._answers = lambda network: (None, Answers(*next(coming)))  # type: ignore[method-assign]
    return rails


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_forgetting_is_an_alarm_when_it_is_clear_and_lasts():
    random = np.random.default_rng(0)
    known = unit(random.normal(size=(100, 24)))
    lost = known.copy()
    lost[:30] = unit(random.normal(size=(30, 24)))
    rails = rails_over([(known, known), (known, lost), (known, known), (known, lost), (known, lost)])
    rails.begin(Fixed())
    rails.look(5, Fixed())  # once may be a warm-up
    rails.look(10, Fixed())
    seen = rails.look(15, Fixed())
    assert 0.7 < seen["retention"] < 0.85
    with pytest.raises(
        Alarm, match=r"Stopped at step 20: of what the model knew before, 7.* is left; the run stops below 92%"
    ):
        rails.look(20, Fixed())


def test_a_small_loss_that_chance_explains_is_no_alarm():
    random = np.random.default_rng(1)
    known = unit(random.normal(size=(40, 24)))
    lost = known.copy()
    lost[:4] = unit(random.normal(size=(4, 24)))
    rails = rails_over([(known, known), (known, lost), (known, lost)])
    rails.begin(Fixed())
    rails.look(5, Fixed())
    assert rails.look(10, Fixed())["retention"] < 0.95


def test_what_a_model_never_knew_it_cannot_forget():
    random = np.random.default_rng(2)
    noise = [(unit(random.normal(size=(60, 24))), unit(random.normal(size=(60, 24)))) for _ in range(4)]
    rails = rails_over(noise)
    rails.begin(Fixed())
    for step in (5, 10, 20):
        rails.look(step, Fixed())


def test_a_full_disk_ends_with_a_sentence_and_keeps_the_checkpoint_before(engine, table, monkeypatch):
    from engine.values import LearnFrom
    from tests.engine.training.conftest import FAST

    card = engine.training.create(
        "finetune", LearnFrom(table=str(table), languages=("en",)), settings=FAST | {"passes": 12.0}, anyway=True
    )
    written = checkpoint.save_file

    def full(tensors, path, *rest):
        if "step-0000040" in str(path):
            with open("/dev/full", "wb", buffering=0) as disk:  # says what a full disk says
                disk.write(b"weights")
        written(tensors, path, *rest)

    monkeypatch.setattr(checkpoint, "save_file", full)
    finished = engine.jobs.wait(engine.training.start(card.number), 100)
    assert finished.outcome == "failed"
    assert finished.reason.startswith("The disk is full. What the run had saved before is kept")
    run = engine.training.run(card.number)
    assert (run.state, run.saved_step, run.resumable) == ("failed", 20, True)
    assert not [name for name in os.listdir(engine.folder / "runs" / "1" / "checkpoint") if name.endswith(".part")]
    monkeypatch.setattr(checkpoint, "save_file", written)
    assert engine.jobs.wait(engine.training.start(card.number), 100).outcome == "done"


def test_what_safetensors_says_of_a_file_that_cannot_grow_is_understood(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    heard = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError) as fault:
            checkpoint.write_tensors({"a": torch.zeros(4096)}, tmp_path / "model.safetensors")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, heard)
    assert fault.value.errno == errno.EFBIG
    assert list(tmp_path.iterdir()) == []
