"""Files that are no longer where they were: moved, or gone. What the user said of an item outlives its last file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.files.difference import Known

if TYPE_CHECKING:
    from engine.engine import Engine


@dataclass
class Departed:
    """`places` are new paths of files that moved; `removed` the old places of files that went."""

    places: set[str] = field(default_factory=set)
    removed: list[Known] = field(default_factory=list)


def settle_gone(engine: Engine, gone: Sequence[Known], arrived: Mapping[str, str]) -> Departed:
    """Forget places that are gone; `arrived` is content hash to new path of contents that were known before this scan.

    Items that lie nowhere any more leave the library with their vectors, unless they are marked or tagged: those stay, and
    their place is kept as missing.
    """
    from engine.catalogue.queries import arrivals, files

    departed = Departed()
    if not gone:
        return departed
    renamed: dict[str, tuple[str, str]] = {}
    for place in gone:
        target = arrived.get(place.content_hash or "")
        if target is not None and target not in departed.places:
            departed.places.add(target)
            renamed[place.content_hash or ""] = (place.path.rpartition("/")[2], target.rpartition("/")[2])
        else:
            departed.removed.append(place)
    with engine.library.write() as session:
        files.forget_places(session, [place.file_id for place in gone if (place.content_hash or "") in renamed])
        left = [place for place in gone if (place.content_hash or "") not in renamed]
        files.mark_missing(session, [place.file_id for place in left])
        nobody, _ = files.homeless(session, {place.content_hash for place in left if place.content_hash})
        lost = files.remove_items_of(session, nobody)
        _, marked = files.homeless(session, {place.content_hash for place in left if place.content_hash})
        kept = set(marked)
        files.forget_places(session, [place.file_id for place in left if place.content_hash not in kept])
        items = arrivals.items_with(session, renamed)
        arrivals.rename_items(
            session,
            [
                (number, new, new)
                for (content, _), (number, _, _, name) in items.items()
                for old, new in (renamed[content],)
                if name == old and old != new
            ],
        )
    engine.thumbnails.forget(lost)
    return departed
