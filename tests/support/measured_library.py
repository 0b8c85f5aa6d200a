"""A small library in which every diagnostic finds something to measure: pictures, sounds, texts, captions, two models' vectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.builders import library_with
from tests.support.tiny_model import make_tiny_model

if TYPE_CHECKING:
    from engine.engine import Engine


@contextmanager
def measured_library(folder: Path, items: int = 300) -> Iterator[Engine]:
    """`items` invented items with thumbnails, in the space of a tiny random model."""
    with library_with(folder, items, thumbnails=items, model=make_tiny_model(folder / "tiny")) as engine:
        yield engine
