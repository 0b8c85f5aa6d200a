"""Which items match a filter, in which order; and how many there are."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from engine.catalogue.choices import SORTS
from engine.catalogue.queries.filtering import conditions
from engine.catalogue.queries.many import grouped, integers, values_of
from engine.catalogue.tables import File, Item, Mark, Vector
from engine.values import KINDS, Filter, LibraryCounts


def matching_ids(session: Session, wanted: Filter, sort: str = "added", descending: bool = False) -> np.ndarray:
    """Ids of all items that match, int64 (n,). Items without the value sorted by come last either way.

    Raises ValueError for a sort that is not in `SORTS`.
    """
    statement: Select[Any] = select(Item.id).where(*conditions(wanted))
    if sort == "added":
        return integers(session, statement.order_by(Item.id.desc() if descending else Item.id))
    statement, value = _sorted_by(statement, sort)
    order = value.desc() if descending else value.asc()
    return integers(session, statement.order_by(order.nulls_last(), Item.id))


def _sorted_by(statement: Select[Any], sort: str) -> tuple[Select[Any], ColumnElement[Any]]:
    if sort == "name":
        return statement, func.lower(Item.name)
    if sort == "date":
        return statement, Item.taken_at.expression
    if sort == "kind":
        return statement, case({"image": 0, "audio": 1, "text": 2}, value=Item.kind)
    if sort == "size":
        return statement, Item.bytes.expression
    if sort == "length":
        return statement, Item.seconds.expression
    if sort == "stars":
        return statement.join(Mark, Mark.item_id == Item.id, isouter=True), func.nullif(Mark.stars, 0)
    if sort == "folder":
        place = select(func.min(File.path)).where(File.content_hash == Item.content_hash, File.status != "failed")
        return statement, place.scalar_subquery()
    raise ValueError(f"no order is called {sort!r}; there are {', '.join(SORTS)}")


def kinds_of(session: Session, ids: Any) -> np.ndarray:
    """Kind of each of these items, index into `KINDS`, int8 (n,); of one that is not there, 0."""
    wanted = np.asarray(ids, np.int64)
    chosen = select(Item.id, Item.kind).where(Item.id.in_(values_of(wanted))).subquery()
    made = np.zeros(len(wanted), np.int8)
    for kind, members in grouped(session, chosen.c.kind, chosen.c.id, chosen):
        made[np.isin(wanted, members)] = KINDS.index(kind)
    return made


def counts(session: Session, space_id: int | None) -> LibraryCounts:
    """How much the library holds. Hidden items count in `hidden` only."""
    hidden = session.scalar(select(func.count()).select_from(Mark).where(Mark.hidden)) or 0
    kinds: dict[str, int] = dict(
        session.execute(  # type: ignore[arg-type]
            select(Item.kind, func.count()).where(*conditions(Filter())).group_by(Item.kind)
        ).all()
    )
    failed = session.scalar(select(func.count()).select_from(File).where(File.status == "failed")) or 0
    indexed = 0
    if space_id is not None:
        whole = select(func.count()).select_from(Vector).where(Vector.space_id == space_id, Vector.part == 0)
        indexed = session.scalar(whole) or 0
    return LibraryCounts(
        items=sum(kinds.values()),
        images=kinds.get("image", 0),
        sounds=kinds.get("audio", 0),
        texts=kinds.get("text", 0),
        failed=failed,
        hidden=hidden,
        indexed=indexed,
    )
