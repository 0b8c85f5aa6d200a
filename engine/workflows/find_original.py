"""An original that has moved out of sight is shown where it lies now; it is believed by its content."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserFixable

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress


@dataclass(frozen=True)
class FindOriginal:
    """`path` is said to be the file of an item whose place is gone. Tags, rating and vectors stay with it."""

    item_id: int
    path: str
    lane: str = "engine"
    title: str = "Finding an original"

    def run(self, engine: Engine, progress: Progress) -> str:
        """Raises `UserFixable` when the file has another content, and KeyError when the item is gone."""
        from engine.catalogue.queries.files import content_of, forget_places, places_with
        from engine.files.hashing import hash_file
        from engine.workflows.collecting import collect, places_for

        found = Path(self.path)
        with engine.library.read() as session:
            content = content_of(session, self.item_id)
        try:
            same = hash_file(found) == content
        except OSError as fault:
            raise UserFixable(
                f"“{found.name}” cannot be read.", "Nothing was changed.", "Choose the file that was moved."
            ) from fault
        if not same:
            raise UserFixable(
                f"“{found.name}” is another file: its content is not the same.",
                "Nothing was changed.",
                "Choose the file that was moved.",
            )
        collect(engine, progress, places_for(engine, (self.path,)))
        with engine.library.write() as session:
            gone = [number for number, path in places_with(session, content) if not path.exists()]
            forget_places(session, gone)
        return f"“{found.name}” was found again. Its tags and rating are with it."
