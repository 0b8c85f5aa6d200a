"""Which items describe each other, and what they hold; whole columns at once, for measurements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from engine.catalogue.queries.many import values_of
from engine.catalogue.tables import Item, Pair

if TYPE_CHECKING:
    from engine.values import Kind


def pairs_between(session: Session, left: Kind, right: Kind) -> tuple[np.ndarray, np.ndarray, list[str | None]]:
    """(left ids, right ids, languages) of all pairs between two kinds, oldest first."""
    one, other = aliased(Item), aliased(Item)
    rows = session.execute(
        select(Pair.left_id, Pair.right_id, func.coalesce(Pair.language, other.language))
        .join(one, one.id == Pair.left_id)
        .join(other, other.id == Pair.right_id)
        .where(one.kind == left, other.kind == right)
        .order_by(Pair.id)
    ).all()
    return (
        np.array([row[0] for row in rows], np.int64),
        np.array([row[1] for row in rows], np.int64),
        [row[2] for row in rows],
    )


def words_of(session: Session, ids: Sequence[int] | np.ndarray) -> dict[int, str]:
    """The passage of each of these texts."""
    rows = session.execute(select(Item.id, Item.text).where(Item.id.in_(values_of(ids)), Item.text.is_not(None)))
    return {number: words or "" for number, words in rows}


def contents_of(session: Session, ids: Sequence[int] | np.ndarray) -> list[str]:
    """“id:content hash:passage” of items, by id."""
    rows = session.execute(
        select(Item.id, Item.content_hash, Item.passage).where(Item.id.in_(values_of(ids))).order_by(Item.id)
    )
    return [f"{number}:{content}:{passage}" for number, content, passage in rows]
