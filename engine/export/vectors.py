"""Vectors of the space in use as a NumPy matrix, with a table that says whose row is whose."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

from engine.export.rows import item_rows
from engine.export.target import whole_file

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.jobs import Progress

TITLE = "Vectors (NumPy)"
HELP = "A float32 matrix; beside it NAME.items.csv with the id and path of each row, and NAME.space.json."
SUFFIX = ".npy"


def write(engine: Engine, ids: np.ndarray, target: Path, progress: Progress) -> int:
    """Items that have no vector yet are left out of all three files."""
    import numpy as np

    space = engine.models.space()
    found, matrix = engine.vectors.of(space.id, ids)
    with whole_file(engine, target) as path, path.open("wb") as out:
        np.save(out, matrix)
    names = {row["id"]: row["path"] for row in item_rows(engine, found, progress)}
    beside = target.with_suffix(".items.csv")
    with (
        whole_file(engine, beside) as path,
        path.open("w", encoding="utf-8", newline="", errors="surrogateescape") as out,
    ):
        writer = csv.writer(out)
        writer.writerow(("row", "id", "path"))
        writer.writerows((row, int(number), names.get(int(number), "")) for row, number in enumerate(found))
    about = {"space": space.key, "model": space.model_key, "name": space.name, "dimension": space.dimension}
    with whole_file(engine, target.with_suffix(".space.json")) as path:
        path.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return len(found)
