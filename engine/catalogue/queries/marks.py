"""What was said of items: marks, tags, saved searches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.catalogue.queries.many import grouped, integers, values_of
from engine.catalogue.query_json import from_json
from engine.catalogue.tables import Item, ItemTag, Mark, SavedSearch, Tag
from engine.values import SavedSearchCard, TagCard


def existing(session: Session, ids: Sequence[int] | np.ndarray) -> list[int]:
    """Those of `ids` that are items, in rising order."""
    found: list[int] = integers(session, select(Item.id).where(Item.id.in_(values_of(ids))).order_by(Item.id)).tolist()
    return found


def values_now(session: Session, column: str, ids: list[int]) -> list[tuple[Any, list[int]]]:
    """(value, ids with it) of one column of `mark`; items nothing was said of have its default."""
    chosen = Mark.item_id.in_(values_of(ids))
    groups = {int(value): members for value, members in _grouped_marks(session, column, chosen)}
    said = set().union(*groups.values()) if groups else set()
    rest = [number for number in ids if number not in said]
    if rest:
        groups[0] = [*groups.get(0, []), *rest]
    return sorted(groups.items())


def _grouped_marks(session: Session, column: str, chosen: Any) -> list[tuple[Any, list[int]]]:
    rows = select(Mark.item_id.label("item_id"), getattr(Mark, column).label("value")).where(chosen).subquery()
    return [(value, members.tolist()) for value, members in grouped(session, rows.c.value, rows.c.item_id, rows)]


def carrying(session: Session, name: str, among: list[int] | None = None) -> list[int]:
    """Ids of the items that carry a tag, all or among some."""
    statement = select(ItemTag.item_id).join(Tag, Tag.id == ItemTag.tag_id).where(Tag.name == name)
    if among is not None:
        statement = statement.where(ItemTag.item_id.in_(values_of(among)))
    found: list[int] = integers(session, statement.order_by(ItemTag.item_id)).tolist()
    return found


def tag_exists(session: Session, name: str) -> bool:
    return session.scalar(select(Tag.id).where(Tag.name == name)) is not None


def tag_cards(session: Session) -> list[TagCard]:
    """All tags by name, with how many items carry each."""
    rows = session.execute(
        select(Tag.name, func.count(ItemTag.item_id))
        .join(ItemTag, ItemTag.tag_id == Tag.id, isouter=True)
        .group_by(Tag.id)
        .order_by(func.lower(Tag.name))
    )
    return [TagCard(name, items) for name, items in rows]


def tags_among(session: Session, ids: Sequence[int] | np.ndarray) -> dict[str, int]:
    """Tags of these items, with how many of them carry each; the most carried first."""
    rows = session.execute(
        select(Tag.name, func.count())
        .join(ItemTag, ItemTag.tag_id == Tag.id)
        .where(ItemTag.item_id.in_(values_of(ids)))
        .group_by(Tag.id)
        .order_by(func.count().desc(), Tag.name)
    )
    return {str(name): int(count) for name, count in rows}


def tags_by_item(session: Session, ids: Sequence[int] | np.ndarray) -> dict[int, list[str]]:
    """Tags of each of these items that has any, by name."""
    rows = session.execute(
        select(ItemTag.item_id, Tag.name)
        .join(Tag, Tag.id == ItemTag.tag_id)
        .where(ItemTag.item_id.in_(values_of(ids)))
        .order_by(Tag.name)
    )
    found: dict[int, list[str]] = {}
    for number, name in rows:
        found.setdefault(number, []).append(name)
    return found


def search_cards(session: Session) -> list[SavedSearchCard]:
    """All saved searches by name, with the counts of when they last ran."""
    return [
        SavedSearchCard(row.id, row.name, from_json(row.query), row.counted, row.unseen)
        for row in session.scalars(select(SavedSearch).order_by(func.lower(SavedSearch.name)))
    ]


def newest_item(session: Session) -> int:
    return session.scalar(select(func.max(Item.id))) or 0
