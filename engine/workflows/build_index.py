"""Makes the compressed index that keeps searches in large archives fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress


@dataclass(frozen=True)
class BuildIndex:
    """Build or extend the index of the space in use. Searches stay possible, and exact, meanwhile."""

    title: str = "Making searches faster"
    lane: str = "engine"

    def run(self, engine: Engine, progress: Progress) -> str:
        """Returns what was done, as a sentence."""
        space = engine.models.space()
        progress.start(len(engine.vectors.rows(space.id).row), "vectors")
        rows = engine.search.build_index(progress.step)
        return f"{rows:,} vectors are in the search index."
