"""Names of a map's places, kept in the library's `maps/` folder: a window that opens shows them before any model is loaded."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.maps.regions import Named
from engine.values import Region

if TYPE_CHECKING:
    from engine.events import MapFrame


class KeptNames:
    """One file per space and correction, which belongs to one layout; a newer layout makes it worthless."""

    def __init__(self, folder: Path, *, read_only: bool) -> None:
        self._folder = folder
        self._read_only = read_only

    def of(self, frame: MapFrame) -> Named | None:
        """The names kept for exactly this layout."""
        try:
            kept = json.loads(self._file(frame).read_text("utf-8"))
            if kept["layout"] != _mark(frame):
                return None
            return Named(tuple(Region(**region) for region in kept["regions"]), int(kept["first"]))
        except (OSError, ValueError, KeyError, TypeError):  # none, or damaged: they are found again
            return None

    def keep(self, frame: MapFrame, named: Named) -> None:
        """Put them into the library."""
        if self._read_only:
            return
        regions = [asdict(region) for region in named.regions]
        file = self._file(frame)
        fresh = file.with_suffix(".part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            written = {"layout": _mark(frame), "first": named.first, "regions": regions}
            fresh.write_text(json.dumps(written, ensure_ascii=False), "utf-8")
            fresh.replace(file)
        except OSError:  # a full disk costs the names a second the next time, nothing else
            fresh.unlink(missing_ok=True)

    def _file(self, frame: MapFrame) -> Path:
        return self._folder / f"{frame.space_id}-{'corrected' if frame.corrected else 'plain'}.names.json"


def _mark(frame: MapFrame) -> str:
    import blake3

    ids, places = np.ascontiguousarray(frame.item_ids), np.ascontiguousarray(frame.coordinates)
    return str(blake3.blake3(ids.tobytes() + places.tobytes()).hexdigest()[:16])
