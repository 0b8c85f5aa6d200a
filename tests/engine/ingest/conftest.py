"""A folder of real small files of every kind, and a library on a tiny real model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.engine import Engine
from engine.events import FilesSeen
from tests.support.builders import open_empty
from tests.support.tiny_model import make_tiny_model


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_tiny_model(tmp_path_factory.mktemp("tiny") / "tiny")


@pytest.fixture
def engine(tmp_path: Path, tiny_model: Path) -> Iterator[Engine]:
    """An empty library whose model in use is the tiny one."""
    with open_empty(tmp_path / "library") as opened:
        opened.models.use(opened.models.add(tiny_model, "tiny").key)
        yield opened


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """The folder the analyst points at; empty."""
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


@pytest.fixture
def run(engine: Engine) -> Callable:
    """Run a job to its end; returns (finish, outcomes by path relative to the archive)."""

    def go(job: object) -> tuple:
        outcomes = {}

        def listen(event: object) -> None:
            if isinstance(event, FilesSeen):
                outcomes.update({outcome.path: outcome for outcome in event.outcomes})

        leave = engine.jobs.subscribe(listen)
        finish = engine.jobs.wait(engine.jobs.submit(job), 100)  # type: ignore[arg-type]
        leave()
        assert finish.outcome == "done", finish.details or finish.reason
        return finish, outcomes

    return go


def photo(path: Path, seed: int = 0, size: tuple[int, int] = (64, 48), **save: object) -> Path:
    """A small picture unlike those of other seeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC).save(path, **save)  # type: ignore[arg-type]
    return path


def tone(path: Path, hertz: float = 440, seconds: float = 1.0, rate: int = 16000) -> Path:
    """A sine."""
    import soundfile

    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate), rate)
    return path
