"""Items whose originals are gone leave the library, with what was said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import UserFixable
from engine.events import Changed

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress


@dataclass(frozen=True)
class RemoveItems:
    """Forget these items and their vectors, tags and ratings. One whose original is there stays: a scan would bring it back."""

    item_ids: tuple[int, ...]
    lane: str = "engine"
    title: str = "Removing from the library"

    def run(self, engine: Engine, progress: Progress) -> str:
        """Raises `UserFixable` when every one of them has its original. All passages of a text go together."""
        from engine.catalogue.queries.files import content_of, forget_places, places_with, remove_items_of

        gone, rows = set(), []
        with engine.library.read() as session:
            for item_id in progress.over(self.item_ids):
                content = content_of(session, item_id)
                places = places_with(session, content)
                if not any(path.exists() for _, path in places):
                    gone.add(content)
                    rows += [number for number, _ in places]
        if not gone:
            raise UserFixable(
                "The original is there, so it stays in the library.", "Nothing was changed.", "Hide it with H instead."
            )
        with engine.library.write() as session:
            removed = remove_items_of(session, gone)
            forget_places(session, rows)
        engine.thumbnails.forget(removed)
        engine.jobs.announce(Changed(items=True, vectors=True, marks=True, collections=True))
        return f"{len(removed):,} {'item' if len(removed) == 1 else 'items'} left the library. Nothing was changed on disk."
