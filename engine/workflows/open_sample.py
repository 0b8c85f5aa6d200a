"""Fill a library with the sample archive that ships with the program. Nothing is copied: it is indexed where it lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserFixable
from engine.workflows.add_folders import AddFolders

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Progress
    from engine.workflows.summary import ScanSummary

ARCHIVE = Path(__file__).resolve().parents[2] / "resources" / "sample" / "archive"
NAME = "Sample archive"
PARTS = ("pictures", "drawings", "notes", "spoken", "captions.csv")  # pictures first: they are what the eye waits for


@dataclass(frozen=True)
class OpenSample:
    """Add the sample archive as a collection, and make vectors of what is in it."""

    title: str = "Opening the sample archive"
    lane: str = "engine"

    def run(self, engine: Engine, progress: Progress) -> ScanSummary:
        """Raises `UserFixable` when this copy of the program came without the sample."""
        if not ARCHIVE.is_dir():
            raise UserFixable(
                "The sample archive is missing from this copy of Sightline.",
                "Nothing was changed.",
                "Add a folder of your own, or install Sightline again.",
            )
        engine.collections.add(ARCHIVE, NAME)
        return AddFolders(tuple(str(ARCHIVE / part) for part in PARTS)).run(engine, progress)
