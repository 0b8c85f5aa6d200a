"""Values of one field for many items, as codes into a list of names: for colouring the map and for legends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.catalogue.choices import FIELDS
from engine.catalogue.queries.many import grouped, integers
from engine.catalogue.tables import Collection, File, Item, ItemTag, Mark, Tag

MISSING = {
    "collection": "No place",
    "folder": "No place",
    "stars": "Not rated",
    "flag": "No flag",
    "label": "No label",
    "tag": "No tag",
    "year": "No date",
    "month": "No date",
    "camera": "No camera",
    "language": "No language",
}
KIND_NAMES = {"image": "Images", "audio": "Sounds", "text": "Texts"}
FLAG_NAMES = {1: "Picked", -1: "Rejected"}
Groups = list[tuple[str, np.ndarray]]


def field_codes(session: Session, name: str, ids: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """(codes int32 (n,), names): the most frequent name first, "No …" last. Raises ValueError for an unknown field."""
    if name not in _GROUPS:
        raise ValueError(f"no field is called {name!r}; there are {', '.join(FIELDS)}")
    wanted = np.asarray(ids, np.int64)
    groups = _GROUPS[name](session)
    highest = max([int(wanted.max(initial=0)), *(int(members.max(initial=0)) for _, members in groups)])
    by_id = np.full(highest + 1, -1, np.int32)
    # an item in several groups (tags, places) takes the largest, so groups are laid down from the smallest up
    for code in sorted(range(len(groups)), key=lambda number: (len(groups[number][1]), groups[number][0])):
        by_id[groups[code][1]] = code
    codes = by_id[wanted]
    names = [label for label, _ in groups]
    return _by_frequency(codes, names, MISSING.get(name, "Other"))


def _by_frequency(codes: np.ndarray, names: list[str], missing: str) -> tuple[np.ndarray, list[str]]:
    tally = np.bincount(codes[codes >= 0], minlength=len(names))
    order = [number for number in np.argsort(-tally, kind="stable").tolist() if tally[number]]
    new_code = np.full(len(names) + 1, len(order), np.int32)  # the last place is what code -1 looks up
    new_code[order] = np.arange(len(order), dtype=np.int32)
    found = [names[number] for number in order]
    if (codes < 0).any():
        found.append(missing)
    return new_code[codes], found


def _column(column: Any, say: Callable[[Any], str] = str) -> Callable[[Session], Groups]:
    def groups(session: Session) -> Groups:
        rows = grouped(session, column, Item.id, Item)
        return [(say(value), members) for value, members in rows if value not in (None, "")]

    return groups


def _mark(column: Any, say: Callable[[Any], str]) -> Callable[[Session], Groups]:
    def groups(session: Session) -> Groups:
        return [(say(value), members) for value, members in grouped(session, column, Mark.item_id, Mark) if value]

    return groups


def _collections(session: Session) -> Groups:
    ids_and_names = session.execute(select(Collection.id, Collection.name)).all()
    found = []
    for number, name in ids_and_names:
        hashes = select(File.content_hash).where(File.collection_id == number, File.status != "failed")
        found.append((name, integers(session, select(Item.id).where(Item.content_hash.in_(hashes)))))
    return found


def _folders(session: Session) -> Groups:
    # SQLite has no "last slash": cutting every character that is not a slash off the right end leaves the folder
    folder = func.rtrim(File.path, func.replace(File.path, "/", ""))
    places = select(folder.label("folder"), File.content_hash).where(File.status != "failed").subquery()
    joined = places.join(Item, Item.content_hash == places.c.content_hash)  # type: ignore[arg-type]
    rows = grouped(session, places.c.folder, Item.id, joined)
    return [(name.rstrip("/") or "Top folder", members) for name, members in rows]


def _tags(session: Session) -> Groups:
    joined = ItemTag.__table__.join(Tag.__table__, Tag.id == ItemTag.tag_id)
    return grouped(session, Tag.name, ItemTag.item_id, joined)


def _dates(form: str) -> Callable[[Session], Groups]:
    return _column(func.strftime(form, Item.taken_at, "unixepoch"))


_GROUPS: dict[str, Callable[[Session], Groups]] = {
    "kind": _column(Item.kind, lambda kind: KIND_NAMES.get(kind, kind)),
    "collection": _collections,
    "folder": _folders,
    "stars": _mark(Mark.stars, lambda stars: f"{stars} star" if stars == 1 else f"{stars} stars"),
    "flag": _mark(Mark.flag, lambda flag: FLAG_NAMES.get(flag, str(flag))),
    "label": _mark(Mark.label, lambda label: f"Label {label}"),
    "tag": _tags,
    "year": _dates("%Y"),
    "month": _dates("%Y-%m"),
    "camera": _column(Item.camera),
    "language": _column(Item.language),
}
