"""Try files again that could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress
    from engine.workflows.summary import ScanSummary


@dataclass(frozen=True)
class RetryFailed:
    """Read these files once more, whether they changed or not."""

    file_ids: tuple[int, ...]
    lane: str = "engine"

    @property
    def title(self) -> str:
        return "Trying one file again" if len(self.file_ids) == 1 else f"Trying {len(self.file_ids):,} files again"

    def run(self, engine: Engine, progress: Progress) -> ScanSummary:
        """Files that are still unreadable keep their (perhaps new) reason."""
        from engine.catalogue.queries.files import collection_row, files_named
        from engine.workflows.collecting import Place, collect

        with engine.library.read() as session:
            places = [
                Place(
                    number,
                    collection_row(session, number).root,
                    tuple(raw for _, raw in names),
                    frozenset(path for path, _ in names),
                )
                for number, names in files_named(session, self.file_ids).items()
            ]
        return collect(engine, progress, places)
