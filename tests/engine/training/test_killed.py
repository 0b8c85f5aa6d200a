"""`kill -9` in the middle of a run costs some seconds, never the run: it goes on and ends where it would have ended anyway."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.engine import Engine
from tests.support.builders import empty_library

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = (
    "passes=9",
    "batch=16",
    "learning_rate=0.001",
    "retention=0",
    "precision=float32",
    "average=0.9",
    "best=no",
)
COMMAND = "from engine.commands.main import main; raise SystemExit(main())"


def started(library: Path, *words: str) -> subprocess.Popen[str]:
    given = [word for setting in SETTINGS for word in ("--set", setting)] if "--resume" not in words else []
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "train", *words, *given, "--json", "--library", str(library)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )


@pytest.mark.timeout(400)
def test_a_run_that_was_killed_ends_exactly_as_one_that_was_not(tmp_path, tiny_model, table):
    libraries = [empty_library(tmp_path / name) for name in ("whole", "killed")]
    for library in libraries:
        with Engine.open(library, device="cpu") as engine:
            engine.models.add(tiny_model, "tiny")
    words = ("finetune", "--model", "tiny", "--pairs", str(table), "--languages", "en", "--anyway")

    whole = started(libraries[0], *words)
    killed = started(libraries[1], *words)
    last = random.Random().randrange(22, 40)
    assert killed.stdout is not None
    for line in killed.stdout:
        if json.loads(line).get("step", 0) >= last:
            os.kill(killed.pid, signal.SIGKILL)
            break
    assert killed.wait(60) == -signal.SIGKILL
    killed.stdout.close()

    with Engine.open(libraries[1], device="cpu") as engine:
        (run,) = engine.training.runs()
        assert (run.state, run.resumable) == ("interrupted", True)
        assert 20 <= run.saved_step <= last + 20
        assert run.sentence.endswith(f"It can go on from step {run.saved_step}.")
    resumed = started(libraries[1], "--resume", "1")
    told, complaints = resumed.communicate(timeout=180)
    assert resumed.returncode == 0, complaints
    _, complaints = whole.communicate(timeout=180)
    assert whole.returncode == 0, complaints
    assert json.loads(told.splitlines()[-1])["model"] == "tiny-finetune-1"

    histories = []
    for library in libraries:
        with Engine.open(library, device="cpu") as engine:
            histories.append(engine.training.history(1))
            assert engine.models.card("tiny-finetune-1").parent == "tiny"
    assert [row["step"] for row in histories[0]] == list(range(1, 46))
    for one, other in zip(*histories, strict=True):
        assert one.keys() == other.keys()
        assert one == pytest.approx(other, abs=1e-6), f"step {one['step']}, killed after {last}"
