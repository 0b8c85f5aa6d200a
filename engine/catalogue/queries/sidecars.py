"""XMP sidecars among the files of a collection: which were not read yet, and which picture or sound each belongs to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from engine.catalogue.queries.many import texts_of, values_of
from engine.catalogue.tables import Collection, File, Item

READ = "read"  # stands in `file.detail` of a sidecar until the sidecar changes


class Sidecar(NamedTuple):
    """`path` of a sidecar and the item it speaks of."""

    file_id: int
    path: str
    raw_path: bytes | None
    item_id: int
    content_hash: str


def unread_sidecars(session: Session, collection_id: int) -> list[Sidecar]:
    """Sidecars that are new or changed and belong to something here; of two for one item only the one of its full name."""
    every = session.execute(
        select(File.id, File.path, File.raw_path, func.coalesce(File.detail, "")).where(
            File.collection_id == collection_id, File.status == "skipped", func.lower(File.path).like("%.xmp")
        )
    ).all()
    rows = [(file_id, path, raw) for file_id, path, raw, detail in every if detail != READ]
    if not rows:
        return []
    names = {path[: -len(".xmp")] for _, path, _, _ in every}
    media = _media(session, collection_id)
    by_stem: dict[str, list[str]] = {}
    for path in media:
        by_stem.setdefault(_stem(path), []).append(path)
    found: dict[int, Sidecar] = {}
    for file_id, path, raw in rows:
        base = path[: -len(".xmp")]
        for place in [base] if base in media else by_stem.get(base, []):
            content, item_id = media[place]
            if place == base or place not in names:  # the sidecar of the full name goes before this one
                found[item_id] = Sidecar(file_id, path, raw, item_id, content)
    return list(found.values())


def note_read(session: Session, file_ids: Iterable[int]) -> None:
    """Remember that these sidecars were read as they are now."""
    chosen = File.id.in_(values_of(file_ids))
    session.execute(update(File).where(chosen).values(detail=READ), execution_options={"synchronize_session": False})


def media_places(session: Session, item_ids: Iterable[int]) -> list[tuple[int, int, str, str, str, bytes | None]]:
    """(item id, collection id, root, kind of collection, path, raw path) of the first present place of pictures and sounds."""
    rows = session.execute(
        select(Item.id, Collection.id, Collection.root, Collection.kind, File.path, File.raw_path)
        .join(File, File.content_hash == Item.content_hash)
        .join(Collection, Collection.id == File.collection_id)
        .where(Item.id.in_(values_of(item_ids)), Item.kind != "text", File.status == "ok")
        .order_by(Item.id, File.id)
    )
    first = {row[0]: tuple(row) for row in reversed(rows.all())}
    return [first[number] for number in sorted(first)]  # type: ignore[misc]


def _media(session: Session, collection_id: int) -> dict[str, tuple[str, int]]:
    """Path to (content, item id) of the collection's pictures and sounds."""
    places = {
        path: content
        for path, content in session.execute(
            select(File.path, File.content_hash).where(
                File.collection_id == collection_id, File.status == "ok", File.kind.in_(("image", "audio"))
            )
        )
        if content
    }
    ids = dict(
        session.execute(
            select(Item.content_hash, Item.id).where(
                Item.content_hash.in_(texts_of(set(places.values()))), Item.passage == 0, Item.kind != "text"
            )
        ).all()
    )
    return {path: (content, ids[content]) for path, content in places.items() if content in ids}


def _stem(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    return folder + slash + name.rpartition(".")[0]
