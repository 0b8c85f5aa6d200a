"""A library whose vectors are given: pictures 1 to n, and captions that are their pairs. For measurements of spaces."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np

from engine.catalogue.library import DATABASE
from engine.engine import Engine
from engine.values import VectorEntry
from tests.support.builders import empty_library
from tests.support.tiny_model import make_tiny_model


def vector_library(folder: Path, pictures: np.ndarray, captions: np.ndarray, words: list[str] | None = None) -> Engine:
    """An open engine: picture `i` (id i + 1) has the vector `pictures[i]` and the caption with the vector `captions[i]`.

    The vectors lie in the space of a tiny model with as many dimensions. No file exists.
    """
    target = empty_library(folder / "library")
    count = len(pictures)
    connection = sqlite3.connect(target / DATABASE)
    with connection:
        connection.executemany(
            "INSERT INTO item(id, content_hash, passage, kind, name, text, language, mat, added_at) VALUES (?,?,0,?,?,?,?,0,0)",
            [(n + 1, f"{n:064x}", "image", f"{n:05}.jpg", None, None) for n in range(count)]
            + [
                (count + n + 1, f"{count + n:064x}", "text", f"{n:05}.txt", words[n] if words else f"caption {n}", "en")
                for n in range(len(captions))
            ],
        )
        connection.executemany(
            "INSERT INTO pair(left_id, right_id, source, language) VALUES (?, ?, 'sidecar', 'en')",
            [(n + 1, count + n + 1) for n in range(len(captions))],
        )
    connection.close()
    engine = Engine.open(target, device="cpu")
    model = make_tiny_model(folder / "model", dimension=pictures.shape[1])
    engine.models.use(engine.models.add(model, "given").key)
    rows = np.concatenate([pictures, captions]).astype(np.float32)
    engine.vectors.add(engine.models.space().id, [VectorEntry(n + 1) for n in range(len(rows))], rows)
    return engine
