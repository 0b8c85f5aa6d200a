"""Layouts kept in the library's `maps/` folder: one `.npy` of (id, x, y) records and one `.json` that says how it was made."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from engine.catalogue.library import Library

RECORD = [("id", "<i8"), ("x", "<f4"), ("y", "<f4")]
KEPT = 3  # newest layouts per space and correction


@dataclass(frozen=True, eq=False)
class Layout:
    """Where items lie: `item_ids` (n,) int64 and `positions` (n, 2) float32 in map units (the bulk within [-1, 1]).

    Layout units, in which the descent works, are `positions * scale + centre`. `made` is the provenance: space, seed, parameters,
    counts, seconds.
    """

    space_id: int
    corrected: bool
    item_ids: np.ndarray
    positions: np.ndarray
    centre: tuple[float, float]
    scale: float
    made: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.item_ids)

    def in_layout_units(self) -> np.ndarray:
        import numpy as np

        return (self.positions * np.float32(self.scale) + np.asarray(self.centre, np.float32)).astype(np.float32)

    def only(self, kept: np.ndarray) -> Layout:
        """The same layout with the rows `kept` (n,) bool."""
        return Layout(
            self.space_id, self.corrected, self.item_ids[kept], self.positions[kept], self.centre, self.scale, self.made
        )


class KeptLayouts:
    """Saves and finds layouts of one library. Loading is one small query and one file."""

    def __init__(self, folder: Path, library: Library) -> None:
        self._folder = folder
        self._library = library

    def save(self, layout: Layout) -> None:
        """Write files first, then the row that points at them; older layouts beyond `KEPT` go."""
        import numpy as np
        from sqlalchemy import select

        from engine.catalogue.tables import MapLayout

        records = np.empty(len(layout), RECORD)
        records["id"], records["x"], records["y"] = layout.item_ids, layout.positions[:, 0], layout.positions[:, 1]
        made_at = time.time()
        parameters = json.dumps(
            {**layout.made, "centre": layout.centre, "scale": layout.scale, "made_at": made_at}, ensure_ascii=False
        )
        stem = f"{layout.space_id}-{'corrected' if layout.corrected else 'plain'}-{time.time_ns():x}"
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f"{stem}.part"
        with fresh.open("wb") as stream:
            np.save(stream, records)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self._folder / f"{stem}.npy")
        (self._folder / f"{stem}.json").write_text(parameters, encoding="utf-8")
        with self._library.write() as session:
            older = session.scalars(
                select(MapLayout)
                .where(MapLayout.space_id == layout.space_id, MapLayout.corrected == layout.corrected)
                .order_by(MapLayout.id.desc())
                .offset(KEPT - 1)
            ).all()
            gone = [row.file for row in older]
            for row in older:
                session.delete(row)
            session.add(
                MapLayout(
                    space_id=layout.space_id,
                    file=f"{stem}.npy",
                    corrected=layout.corrected,
                    parameters=parameters,
                    made_at=made_at,
                )
            )
        for name in gone:
            (self._folder / name).unlink(missing_ok=True)
            (self._folder / name).with_suffix(".json").unlink(missing_ok=True)

    def newest(self, space_id: int, corrected: bool) -> Layout | None:
        """The last layout of a space that can be read, or None."""
        import numpy as np
        from sqlalchemy import select

        from engine.catalogue.tables import MapLayout

        with self._library.read() as session:
            found = session.execute(
                select(MapLayout.file, MapLayout.parameters)
                .where(MapLayout.space_id == space_id, MapLayout.corrected == corrected)
                .order_by(MapLayout.id.desc())
            ).all()
        for name, parameters in found:
            try:
                records = np.load(self._folder / name, allow_pickle=False)
                made = json.loads(parameters)
                positions = np.stack([records["x"], records["y"]], axis=1)
                centre = (float(made["centre"][0]), float(made["centre"][1]))
                return Layout(space_id, corrected, records["id"].copy(), positions, centre, float(made["scale"]), made)
            except (
                OSError,
                ValueError,
                KeyError,
            ):  # a damaged file costs this layout; an older one, or a new one, takes its place
                continue
        return None
