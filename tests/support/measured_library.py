"""A small library in which every diagnostic finds something to measure: pictures, sounds, texts, captions, two models' vectors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from engine.values import Filter, VectorEntry
from tests.support.builders import library_with
from tests.support.tiny_model import make_tiny_model

if TYPE_CHECKING:
    from engine.engine import Engine


@contextmanager
def measured_library(folder: Path, items: int = 240) -> Iterator[Engine]:
    """`items` invented items with thumbnails, in the space of a tiny random model."""
    with library_with(folder, items, thumbnails=items, model=make_tiny_model(folder / "tiny")) as engine:
        _second_opinion(engine)
        yield engine


def _second_opinion(engine: Engine) -> None:
    """What the built-in second opinion says of the thumbnails."""
    import io

    import numpy as np
    from PIL import Image

    ids = engine.items.ids(Filter(kinds=("image",)))
    encoder = engine.models.encoder("classical")
    held = (engine.thumbnails.get(int(number), 192) for number in ids)
    pixels = [np.asarray(Image.open(io.BytesIO(data or b"")).convert("RGB").resize((96, 96))) for data in held]
    vectors = encoder.encode_images(np.stack(pixels))
    engine.vectors.add(engine.models.space("classical").id, [VectorEntry(int(number)) for number in ids], vectors)
