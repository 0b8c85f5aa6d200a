"""Places: which files a collection is known to have, what became of them, and which items have lost their last one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.orm import Session

from engine.catalogue.places import real_path
from engine.catalogue.queries.many import texts_of, values_of
from engine.catalogue.tables import Collection, File, Item, ItemTag, Mark


class Place(NamedTuple):
    """One file row, as a scan compares it."""

    file_id: int
    path: str
    size: int
    mtime_ns: int
    content_hash: str | None
    status: str
    kind: str | None
    reason: str | None


def places_of(session: Session, collection_id: int) -> dict[str, Place]:
    """Every place of a collection by its path."""
    rows = session.execute(
        select(
            File.id, File.path, File.size, File.mtime_ns, File.content_hash, File.status, File.kind, File.reason
        ).where(File.collection_id == collection_id)
    )
    return {row[1]: Place(*row) for row in rows}


def sizes_known(session: Session) -> set[int]:
    """Sizes of all files whose content the library knows: a new file of another size cannot be a copy."""
    return set(session.scalars(select(File.size).where(File.content_hash.is_not(None)).distinct()))


def known_contents(session: Session, hashes: Iterable[str]) -> dict[str, tuple[str | None, str]]:
    """Hash to (kind, status) of those contents that became items or tables here before, or that failed before."""
    rows = session.execute(
        select(File.content_hash, File.kind, File.status).where(
            File.content_hash.in_(texts_of(hashes)), File.status != "failed"
        )
    )
    return {found: (kind, status) for found, kind, status in rows if found}


def keep_places(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write file rows; a place that is there already is brought up to date."""
    if not rows:
        return
    statement = insert(File)
    fresh = {
        name: statement.excluded[name]
        for name in ("raw_path", "size", "mtime_ns", "content_hash", "kind", "status", "reason", "detail")
    }
    session.execute(statement.on_conflict_do_update(index_elements=["collection_id", "path"], set_=fresh), list(rows))


def touch_places(session: Session, rows: Iterable[tuple[int, int, int]]) -> None:
    """(file id, size, mtime_ns) of places whose content is what it was."""
    values = [{"id": number, "size": size, "mtime_ns": mtime, "status": "ok"} for number, size, mtime in rows]
    if values:
        session.execute(update(File), values)


def forget_places(session: Session, file_ids: Iterable[int]) -> None:
    """Delete file rows."""
    _run(session, delete(File).where(File.id.in_(values_of(file_ids))))


def mark_missing(session: Session, file_ids: Iterable[int]) -> None:
    """Places whose file is gone and whose items are kept for what the user said of them."""
    _run(session, update(File).where(File.id.in_(values_of(file_ids))).values(status="missing"))


def homeless(session: Session, hashes: Iterable[str]) -> tuple[list[str], list[str]]:
    """Of these contents, those that lie in no present place: (nobody said anything of them, marked or tagged by the user)."""
    wanted = set(hashes)
    if not wanted:
        return [], []
    there = set(
        session.scalars(
            select(File.content_hash).where(File.content_hash.in_(texts_of(wanted)), File.status == "ok").distinct()
        )
    )
    lost = wanted - there
    said = or_(
        Item.id.in_(select(Mark.item_id).where(or_(Mark.stars != 0, Mark.flag != 0, Mark.label != 0, Mark.hidden))),
        Item.id.in_(select(ItemTag.item_id)),
    )
    marked = set(session.scalars(select(Item.content_hash).where(Item.content_hash.in_(texts_of(lost)), said)))
    return sorted(lost - marked), sorted(marked)


def content_of(session: Session, item_id: int) -> str:
    """The content hash of an item. Raises KeyError."""
    content = session.scalar(select(Item.content_hash).where(Item.id == item_id))
    if content is None:
        raise KeyError(item_id)
    return content


def places_with(session: Session, content: str) -> list[tuple[int, Path]]:
    """(file id, path that opens it) of every place this content is known to have lain in."""
    rows = session.execute(
        select(File.id, Collection.root, Collection.kind, File.path, File.raw_path)
        .join(Collection, Collection.id == File.collection_id)
        .where(File.content_hash == content)
        .order_by(File.id)
    )
    return [(number, real_path(root, kind, path, raw)) for number, root, kind, path, raw in rows]


def remove_items_of(session: Session, hashes: Iterable[str]) -> list[int]:
    """Delete the items of these contents with their vectors, pairs and words. Returns their ids."""
    ids = list(session.scalars(select(Item.id).where(Item.content_hash.in_(texts_of(hashes)))))
    if not ids:
        return []
    _run(session, delete(Item).where(Item.id.in_(values_of(ids))))
    return ids


def collection_row(session: Session, collection_id: int) -> Collection:
    """A collection. Raises KeyError."""
    row = session.get(Collection, collection_id)
    if row is None:
        raise KeyError(collection_id)
    return row


def all_roots(session: Session) -> list[tuple[int, str]]:
    """(id, root) of every collection of folders."""
    return [(number, root) for number, root in session.execute(select(Collection.id, Collection.root))]


def watched_roots(session: Session) -> dict[int, str]:
    """Roots of the collections that are to be watched and are there."""
    rows = session.execute(select(Collection.id, Collection.root).where(Collection.watched, Collection.connected))
    return {int(number): str(root) for number, root in rows}


def items_in(session: Session, collection_id: int) -> int:
    """How many items have a present place in a collection."""
    inside = select(File.content_hash).where(File.collection_id == collection_id, File.status == "ok")
    return session.scalar(select(func.count()).select_from(Item).where(Item.content_hash.in_(inside))) or 0


def files_named(session: Session, file_ids: Iterable[int]) -> dict[int, list[tuple[str, bytes]]]:
    """Collection id to (path, the bytes that open it) of these files."""
    found: dict[int, list[tuple[str, bytes]]] = {}
    rows = session.execute(select(File.collection_id, File.path, File.raw_path).where(File.id.in_(values_of(file_ids))))
    for collection_id, path, raw in rows:
        found.setdefault(collection_id, []).append((path, raw if raw is not None else os.fsencode(path)))
    return found


def tables_in(session: Session, collection_id: int) -> list[tuple[int, str, bytes | None, str]]:
    """(file id, path, raw path, content hash) of a collection's caption tables."""
    rows = session.execute(
        select(File.id, File.path, File.raw_path, File.content_hash).where(
            File.collection_id == collection_id, File.kind == "table", File.status == "ok"
        )
    )
    return [tuple(row) for row in rows]  # type: ignore[misc]


def _run(session: Session, statement: Any) -> None:
    session.execute(statement, execution_options={"synchronize_session": False})
