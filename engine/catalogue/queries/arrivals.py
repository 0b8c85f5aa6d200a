"""Items that come in: made, recognised again by content, or changed in place; and the words that find them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from engine.catalogue.queries.many import texts_of, values_of
from engine.catalogue.tables import Item, Vector

Key = tuple[str, int]  # content hash, passage
WORD_TABLES = ("item_fts", "item_trigram")


def items_with(session: Session, hashes: Iterable[str]) -> dict[Key, tuple[int, str, str | None, str]]:
    """(hash, passage) to (id, kind, text, name) of the items these contents have."""
    rows = session.execute(
        select(Item.content_hash, Item.passage, Item.id, Item.kind, Item.text, Item.name).where(
            Item.content_hash.in_(texts_of(hashes))
        )
    )
    return {(row[0], row[1]): (row[2], row[3], row[4], row[5]) for row in rows}


def add_items(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert items; each row has the columns of `Item`."""
    if rows:
        session.execute(insert(Item), list(rows))


def change_items(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Give items (by `id`) another content: the file they lie in was edited. Marks, tags and pairs stay."""
    if rows:
        session.execute(update(Item), list(rows))


def forget_vectors(session: Session, item_ids: Iterable[int]) -> None:
    """Vectors of content that is no longer there, in every space."""
    session.execute(
        delete(Vector).where(Vector.item_id.in_(values_of(item_ids))),
        execution_options={"synchronize_session": False},
    )


def without_vector(session: Session, space_id: int, item_ids: Iterable[int]) -> set[int]:
    """Those of the items that have no vector in a space."""
    wanted = set(item_ids)
    has = select(Vector.item_id).where(
        Vector.space_id == space_id, Vector.part == 0, Vector.item_id.in_(values_of(wanted))
    )
    return wanted - set(session.scalars(has))


def rename_items(session: Session, names: Sequence[tuple[int, str, str]]) -> None:
    """(id, shown name, words to find it by) of items whose file has another name now."""
    if not names:
        return
    session.execute(update(Item), [{"id": number, "name": name} for number, name, _ in names])
    for table in WORD_TABLES:
        session.execute(
            text(f"UPDATE {table} SET name = :words WHERE rowid = :id"),
            [{"id": number, "words": words} for number, _, words in names],
        )


def keep_words(session: Session, rows: Sequence[tuple[int, str, str, str]]) -> None:
    """(id, name, caption, text): what finds an item by words. Replaces what was kept before."""
    if not rows:
        return
    values = [{"id": number, "name": name, "caption": caption, "text": words} for number, name, caption, words in rows]
    for table in WORD_TABLES:
        session.execute(text(f"DELETE FROM {table} WHERE rowid = :id"), [{"id": row["id"]} for row in values])
        session.execute(
            text(f"INSERT INTO {table}(rowid, name, caption, text) VALUES (:id, :name, :caption, :text)"), values
        )


def items_to_read(session: Session, item_ids: Iterable[int]) -> list[tuple[int, str, str | None]]:
    """(id, kind, text) of items, in the order of their ids."""
    rows = session.execute(
        select(Item.id, Item.kind, Item.text).where(Item.id.in_(values_of(item_ids))).order_by(Item.id)
    )
    return [(number, kind, words) for number, kind, words in rows]
