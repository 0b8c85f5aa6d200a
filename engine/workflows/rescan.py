"""Look at a collection again: what is new, edited, moved or gone since the last time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress
    from engine.workflows.summary import ScanSummary


@dataclass(frozen=True)
class Rescan:
    """Bring one collection in step with its folder. A drive that is not connected loses nothing.

    `below` limits it to some folders or files, as bytes relative to the root.
    """

    collection_id: int
    below: tuple[bytes, ...] = ()
    lane: str = "engine"
    title: str = "Looking for changes"

    def run(self, engine: Engine, progress: Progress) -> ScanSummary:
        """Raises KeyError when the collection was removed meanwhile."""
        from engine.catalogue.queries.files import collection_row
        from engine.workflows.collecting import Place, collect

        with engine.library.read() as session:
            root = collection_row(session, self.collection_id).root
        return collect(engine, progress, [Place(self.collection_id, root, self.below)])
