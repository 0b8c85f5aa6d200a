"""Where each item lies, and what speaks for keeping one place of several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.catalogue.places import text_path
from engine.catalogue.queries.many import values_of
from engine.catalogue.tables import Collection, File, Item, ItemTag, Mark


@dataclass(frozen=True)
class Place:
    """One present file of an item, with what is known of it. `size` in bytes, `changed` in nanoseconds since 1970."""

    item_id: int
    path: str
    size: int
    changed: int
    pixels: int
    format: str
    camera: bool  # camera data or a date
    said: int  # stars and tags


def places_of(session: Session, ids: Iterable[int]) -> list[Place]:
    """Every present place of these items, by item and then by path."""
    tags = select(func.count()).where(ItemTag.item_id == Item.id).correlate(Item).scalar_subquery()
    rows = session.execute(
        select(
            Item.id,
            Collection.root,
            Collection.kind,
            File.path,
            File.size,
            File.mtime_ns,
            func.coalesce(Item.width * Item.height, 0),
            func.coalesce(Item.format, ""),
            Item.taken_at,
            Item.camera,
            func.coalesce(Mark.stars, 0) + tags,
        )
        .join(File, File.content_hash == Item.content_hash)
        .join(Collection, Collection.id == File.collection_id)
        .join(Mark, Mark.item_id == Item.id, isouter=True)
        .where(Item.id.in_(values_of(ids)), File.status == "ok")
        .order_by(Item.id, File.path)
    )
    return [
        Place(number, text_path(root, kind, path), size, changed, pixels or 0, form, bool(moment or camera), said)
        for number, root, kind, path, size, changed, pixels, form, moment, camera, said in rows
    ]


def in_several_places(session: Session, ids: Iterable[int]) -> dict[int, int]:
    """Those of the items whose content lies in more than one present file, with how many; whole texts and tables count once."""
    total = func.count(File.id)
    rows = session.execute(
        select(Item.id, total)
        .join(File, File.content_hash == Item.content_hash)
        .where(Item.id.in_(values_of(ids)), File.status == "ok", Item.passage == 0)
        .group_by(Item.id)
        .having(total > 1)
    )
    return {row[0]: row[1] for row in rows}


def taken(session: Session, ids: Iterable[int]) -> list[tuple[int, float, str]]:
    """(id, moment, camera) of pictures whose moment is known, in the order they were taken."""
    rows = session.execute(
        select(Item.id, Item.taken_at, func.coalesce(Item.camera, ""))
        .where(Item.id.in_(values_of(ids)), Item.taken_at.is_not(None))
        .order_by(Item.taken_at, Item.id)
    )
    return [(number, float(moment or 0), camera) for number, moment, camera in rows]
