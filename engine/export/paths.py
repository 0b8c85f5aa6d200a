"""One path per line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.export.rows import item_rows
from engine.export.target import whole_file

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.jobs import Progress

TITLE = "List of paths"
HELP = "One path per line, in order. Several passages of one text give its path once."
SUFFIX = ".txt"


def write(engine: Engine, ids: np.ndarray, target: Path, progress: Progress) -> int:
    """Names with line breaks in them are written as they are on disk; `table` formats are safer for those."""
    found = dict.fromkeys(row["path"] for row in item_rows(engine, ids, progress) if row["path"])
    with whole_file(engine, target) as path:
        path.write_text("".join(f"{name}\n" for name in found), encoding="utf-8", errors="surrogateescape")
    return len(found)
