"""Collections, what is in them, and which of their files did not become items."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.catalogue.places import text_path
from engine.catalogue.tables import Collection, File, Item
from engine.values import CollectionCard, Failure


def collection_cards(session: Session) -> list[CollectionCard]:
    """Every collection by name, with how many items have a place in it."""
    places = select(File.collection_id, File.content_hash).where(
        File.status != "failed", File.content_hash.is_not(None)
    )
    places_once = places.distinct().subquery()
    items: dict[int, int] = dict(
        session.execute(  # type: ignore[arg-type]
            select(places_once.c.collection_id, func.count(Item.id))
            .join(Item, Item.content_hash == places_once.c.content_hash)
            .group_by(places_once.c.collection_id)
        ).all()
    )
    failed: dict[int, int] = dict(
        session.execute(  # type: ignore[arg-type]
            select(File.collection_id, func.count()).where(File.status == "failed").group_by(File.collection_id)
        ).all()
    )
    return [
        CollectionCard(
            id=row.id,
            name=row.name,
            root=row.root,
            kind=row.kind,
            items=items.get(row.id, 0),
            failed=failed.get(row.id, 0),
            connected=row.connected,
            watched=row.watched,
            removable=row.volume is not None,
        )
        for row in session.scalars(select(Collection).order_by(func.lower(Collection.name), Collection.id))
    ]


def failures(session: Session, collection_id: int | None = None) -> list[Failure]:
    """Files that did not become items, by reason and path; of one collection or of all."""
    statement = (
        select(File, Collection.root, Collection.kind)
        .join(Collection, Collection.id == File.collection_id)
        .where(File.status == "failed")
        .order_by(File.reason, File.path)
    )
    if collection_id is not None:
        statement = statement.where(File.collection_id == collection_id)
    return [
        Failure(
            file_id=file.id,
            collection_id=file.collection_id,
            path=text_path(root, kind, file.path),
            reason=file.reason or "",
            detail=file.detail or "",
            size=file.size,
        )
        for file, root, kind in session.execute(statement)
    ]


def item_ids_only_in(session: Session, collection_id: int) -> list[int]:
    """Items that have no place outside of this collection."""
    inside = select(File.content_hash).where(File.collection_id == collection_id, File.content_hash.is_not(None))
    outside = select(File.content_hash).where(File.collection_id != collection_id, File.content_hash.is_not(None))
    return list(
        session.scalars(select(Item.id).where(Item.content_hash.in_(inside), Item.content_hash.not_in(outside)))
    )
