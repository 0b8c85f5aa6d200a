"""Add folders (or files): one pipelined pass that walks, reads, keeps and encodes, so that items and vectors come from the first second."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress
    from engine.workflows.summary import ScanSummary


@dataclass(frozen=True)
class AddFolders:
    """Add `paths`, or look at them again. A file, or a folder inside a collection, is looked at alone.

    `model_key` names the model to make vectors with; None is the one in use.
    """

    paths: tuple[str, ...]
    model_key: str | None = None
    lane: str = "engine"

    @property
    def title(self) -> str:
        names = [Path(path).name or path for path in self.paths]
        return f"Adding “{names[0]}”" + (f" and {len(names) - 1} more" if len(names) > 1 else "")

    def run(self, engine: Engine, progress: Progress) -> ScanSummary:
        """Raises `UserFixable` when a path is not there, before anything is added."""
        from engine.workflows.collecting import collect, places_for

        places = places_for(engine, self.paths)
        return collect(engine, progress, places, self.model_key)
