"""The few changes every user act is made of. Each is JSON, can be carried out on the state it was made for, and says nothing of how to undo it.

Kept in `act.forward` and `act.backward` as lists: `["tag", name, ids]`, `["untag", name, ids]`, `["make_tag", name]`,
`["drop_tag", name]`, `["name_tag", old, new]`, `["mark", column, [[value, ids], ...]]`, `["make_search", row]`,
`["drop_search", id]`, `["name_search", id, name]`, `["name_collection", id, name]`,
`["judge", subject, [[low, high, verdict, pattern], ...]]` (no verdict: nothing is said of the pair any more). Ids are packed (`id_ranges`). Items that have gone meanwhile are passed by.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, delete, insert, literal, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.orm import Session

from engine.catalogue.id_ranges import unpack
from engine.catalogue.queries.many import values_of
from engine.catalogue.tables import Collection, Item, ItemTag, Judgement, Mark, SavedSearch, Tag

Change = list[Any]
UNSYNCED = {"synchronize_session": False}


def carry_out(session: Session, changes: list[Change]) -> None:
    """Apply changes in order."""
    for verb, *arguments in changes:
        _CHANGES[verb](session, *arguments)


def _tag(session: Session, name: str, ids: str) -> None:
    number = select(Tag.id).where(Tag.name == name).scalar_subquery()
    there = select(number, Item.id).where(Item.id.in_(values_of(unpack(ids))))
    session.execute(insert_or(ItemTag).from_select(["tag_id", "item_id"], there).prefix_with("OR IGNORE"))


def _untag(session: Session, name: str, ids: str) -> None:
    number = select(Tag.id).where(Tag.name == name).scalar_subquery()
    chosen = and_(ItemTag.tag_id == number, ItemTag.item_id.in_(values_of(unpack(ids))))
    session.execute(delete(ItemTag).where(chosen), execution_options=UNSYNCED)


def _make_tag(session: Session, name: str) -> None:
    session.execute(insert_or(Tag).values(name=name).prefix_with("OR IGNORE"))


def _drop_tag(session: Session, name: str) -> None:
    """Only an empty one: what came to carry it in another way (keywords of new pictures) keeps it."""
    carried = select(ItemTag.tag_id).where(ItemTag.tag_id == Tag.id).exists()
    session.execute(delete(Tag).where(Tag.name == name, ~carried), execution_options=UNSYNCED)


def _name_tag(session: Session, old: str, new: str) -> None:
    session.execute(update(Tag).where(Tag.name == old).values(name=new), execution_options=UNSYNCED)


def _mark(session: Session, column: str, groups: list[list[Any]]) -> None:
    every = [number for _, ids in groups for number in unpack(ids)]
    there = select(Item.id, literal(0), literal(0), literal(0), literal(0)).where(Item.id.in_(values_of(every)))
    columns = ["item_id", "stars", "flag", "label", "hidden"]
    session.execute(insert_or(Mark).from_select(columns, there).prefix_with("OR IGNORE"))
    for value, ids in groups:
        chosen = Mark.item_id.in_(values_of(unpack(ids)))
        session.execute(update(Mark).where(chosen).values({column: value}), execution_options=UNSYNCED)
    nothing_said = and_(Mark.stars == 0, Mark.flag == 0, Mark.label == 0, Mark.hidden.is_(False))
    session.execute(delete(Mark).where(Mark.item_id.in_(values_of(every)), nothing_said), execution_options=UNSYNCED)


def _make_search(session: Session, row: dict[str, Any]) -> None:
    session.execute(insert(SavedSearch).values(**row))


def _drop_search(session: Session, number: int) -> None:
    session.execute(delete(SavedSearch).where(SavedSearch.id == number), execution_options=UNSYNCED)


def _name_search(session: Session, number: int, name: str) -> None:
    session.execute(update(SavedSearch).where(SavedSearch.id == number).values(name=name), execution_options=UNSYNCED)


def _name_collection(session: Session, number: int, name: str) -> None:
    session.execute(update(Collection).where(Collection.id == number).values(name=name), execution_options=UNSYNCED)


def _judge(session: Session, subject: str, said: list[list[Any]]) -> None:
    there = set(session.scalars(select(Item.id).where(Item.id.in_(values_of({n for row in said for n in row[:2]})))))
    for low, high, verdict, pattern in said:
        session.execute(
            delete(Judgement).where(Judgement.subject == subject, Judgement.low_id == low, Judgement.high_id == high),
            execution_options=UNSYNCED,
        )
        if verdict is not None and {low, high} <= there:
            row = {"subject": subject, "low_id": low, "high_id": high, "verdict": verdict, "pattern": pattern}
            session.execute(insert(Judgement).values(**row))


_CHANGES: dict[str, Callable[..., None]] = {
    "tag": _tag,
    "untag": _untag,
    "make_tag": _make_tag,
    "drop_tag": _drop_tag,
    "name_tag": _name_tag,
    "mark": _mark,
    "make_search": _make_search,
    "drop_search": _drop_search,
    "name_search": _name_search,
    "name_collection": _name_collection,
    "judge": _judge,
}
