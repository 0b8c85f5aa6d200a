"""Where in a sound the best part of a search lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.engine import Engine


def segment_of(engine: Engine, item_id: int, part: int) -> tuple[float, float] | None:
    """Start and end in seconds of a sound's part, from the vectors of the space in use. None for the whole."""
    if part < 1:
        return None
    rows = engine.vectors.rows(engine.models.space().id)
    found = np.flatnonzero((rows.item_id == item_id) & (rows.part == part))
    if not len(found):
        return None
    row = int(found[0])
    return float(rows.start[row]), float(rows.end[row])
