"""Make vectors for items that have none in a model's space, from their originals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress


@dataclass(frozen=True)
class EncodeMissing:
    """Index what a model has not seen yet, of one collection or of all. Can be stopped anywhere and goes on the next time."""

    collection_id: int | None = None
    model_key: str | None = None
    lane: str = "engine"
    title: str = "Indexing"

    def run(self, engine: Engine, progress: Progress) -> str:
        """Raises `UserFixable` when there is no model."""
        from engine.workflows.encoding import EncodingLine
        from engine.workflows.missing import encode_missing
        from engine.workflows.scanning import Reader

        line = EncodingLine(engine, self.model_key or engine.models.in_use().key, progress.check)
        with Reader(engine) as reader:
            count = encode_missing(engine, progress, reader, line, self.collection_id)
        return f"{count:,} {'item' if count == 1 else 'items'} indexed." if count else "Everything is indexed."
