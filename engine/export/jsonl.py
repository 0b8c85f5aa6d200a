"""Items as JSON, one object per line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from engine.export.rows import item_rows
from engine.export.target import whole_file

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.jobs import Progress

TITLE = "Table (JSON lines)"
HELP = "One JSON object per item with path, marks and facts."
SUFFIX = ".jsonl"


def write(engine: Engine, ids: np.ndarray, target: Path, progress: Progress) -> int:
    """UTF-8; keys as in the other tables, missing values are null."""
    count = 0
    with whole_file(engine, target) as path, path.open("w", encoding="utf-8", errors="surrogateescape") as out:
        for row in item_rows(engine, ids, progress):
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count
