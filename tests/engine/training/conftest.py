"""A library on a tiny real model, and pairs of a world that it can learn in seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.engine import Engine
from engine.events import JobFinished
from engine.values import LearnFrom, RunCard
from tests.support.builders import open_empty
from tests.support.coloured_pairs import taught, write_pairs
from tests.support.tiny_model import make_tiny_model

FAST = {"learning_rate": 1e-3, "batch": 16, "passes": 6.0, "retention": 0.0, "precision": "float32"}


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model that has seen some of the coloured world, so that there is something to improve and to forget."""
    return taught(make_tiny_model(tmp_path_factory.mktemp("tiny") / "tiny"))


@pytest.fixture
def engine(tmp_path: Path, tiny_model: Path) -> Iterator[Engine]:
    """An empty library whose model in use is the tiny one."""
    with open_empty(tmp_path / "library") as opened:
        opened.models.use(opened.models.add(tiny_model, "tiny").key)
        yield opened


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """96 pairs with a label and a second language."""
    folder = tmp_path_factory.mktemp("pairs")
    return write_pairs(folder, 96, columns=("image", "caption", "caption_de", "label"))


@pytest.fixture
def train(engine: Engine, table: Path) -> Callable[..., tuple[JobFinished, RunCard]]:
    """Run a recipe to its end; returns (how the job ended, the run). Settings are those of a quick run where not told."""

    def go(
        recipe: str = "finetune", wanted: LearnFrom | None = None, **settings: object
    ) -> tuple[JobFinished, RunCard]:
        wanted = wanted or LearnFrom(table=str(table), languages=("en",))
        number = engine.training.create(recipe, wanted, settings=FAST | settings, anyway=True).number
        finished = engine.jobs.wait(engine.training.start(number), 100)
        return finished, next((run for run in engine.training.runs() if run.number == number), None)  # type: ignore[return-value]

    return go
