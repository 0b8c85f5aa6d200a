"""Take items out of the library in one of the formats of `engine.export`."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.catalogue.marks import items
from engine.errors import UserFixable

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Progress


@dataclass(frozen=True)
class ExportItems:
    """Write `item_ids`, in order, to `target`. `format` is a key of `engine.export.formats()`."""

    item_ids: tuple[int, ...] = field(repr=False)
    format: str
    target: str
    lane: str = "engine"

    @property
    def title(self) -> str:
        return f"Exporting {items(len(self.item_ids))}"

    def run(self, engine: Engine, progress: Progress) -> str:
        """Returns the sentence for people. Raises `UserFixable` for an unknown format or a place that cannot be written."""
        from pathlib import Path

        from engine.export import formats

        if self.format not in {one.key for one in formats()}:
            known = ", ".join(one.key for one in formats())
            raise UserFixable(
                f"There is no export called “{self.format}”.", "Nothing was written.", f"Choose one of {known}."
            )
        module = importlib.import_module(f"engine.export.{self.format}")
        target = Path(self.target).expanduser()
        count = module.write(engine, self.item_ids, target, progress)
        unit = {"files": "file", "paths": "path", "pairs": "pair"}.get(self.format, "item")
        return f"Exported {count:,} {unit}{'' if count == 1 else 's'} to “{target}”."
