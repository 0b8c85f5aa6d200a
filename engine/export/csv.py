"""Items as comma-separated values, one row each, with a header."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import TYPE_CHECKING

from engine.export.rows import COLUMNS, item_rows
from engine.export.target import whole_file

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.jobs import Progress

TITLE = "Table (CSV)"
HELP = "One row per item with path, marks and facts. Tags are a JSON list."
SUFFIX = ".csv"


def write(engine: Engine, ids: np.ndarray, target: Path, progress: Progress) -> int:
    """UTF-8, comma, header; an empty field is a value that is not known."""
    count = 0
    with (
        whole_file(engine, target) as path,
        path.open("w", encoding="utf-8", newline="", errors="surrogateescape") as out,
    ):
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        for row in item_rows(engine, ids, progress):
            writer.writerow({**row, "tags": json.dumps(row["tags"], ensure_ascii=False), "hidden": int(row["hidden"])})
            count += 1
    return count
