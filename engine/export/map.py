"""Where items lie on the current map."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserFixable
from engine.export.rows import item_rows
from engine.export.target import whole_file

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.jobs import Progress

TITLE = "Map coordinates (CSV)"
HELP = "Id, path, x and y of each item on the map as it is now."
SUFFIX = ".csv"


def write(engine: Engine, ids: np.ndarray, target: Path, progress: Progress) -> int:
    """Items that are not on the map yet are left out. Raises `UserFixable` when there is no map."""
    frame = engine.maps.current()
    if frame is None:
        raise UserFixable("There is no map yet.", "Nothing was written.", "Let the map arrange itself first.")
    places = {int(number): xy for number, xy in zip(frame.item_ids, frame.coordinates.tolist())}
    chosen = [int(number) for number in ids if int(number) in places]
    with (
        whole_file(engine, target) as path,
        path.open("w", encoding="utf-8", newline="", errors="surrogateescape") as out,
    ):
        writer = csv.writer(out)
        writer.writerow(("id", "path", "x", "y"))
        for row in item_rows(engine, chosen, progress):
            writer.writerow((row["id"], row["path"], *places[row["id"]]))  # type: ignore[arg-type]
    return len(chosen)
