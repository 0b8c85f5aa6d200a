"""What a `Filter` means in SQL. One condition per field; all must hold."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, bindparam, literal_column, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute

from engine.catalogue.queries.many import values_of
from engine.catalogue.tables import File, Item, ItemTag, Mark, Tag
from engine.values import Filter


def conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """Conditions on `Item` under which it is shown."""
    found: list[ColumnElement[bool]] = []
    if not wanted.include_hidden:
        found.append(Item.id.not_in(select(Mark.item_id).where(Mark.hidden)))
    if wanted.item_ids is not None:
        found.append(Item.id.in_(values_of(wanted.item_ids)))
    if wanted.kinds:
        found.append(Item.kind.in_(wanted.kinds))
    if wanted.collection_ids or wanted.folder is not None:
        found.append(Item.content_hash.in_(_hashes_in(wanted.collection_ids, wanted.folder)))
    found += [Item.id.in_(_tagged(name)) for name in wanted.tags]
    found += [Item.id.not_in(_tagged(name)) for name in wanted.without_tags]
    found += _marked(wanted)
    found += _between(Item.taken_at, wanted.date_from, wanted.date_to)
    found += _between(Item.bytes, wanted.size_from, wanted.size_to)
    if wanted.text and wanted.text.strip():
        found.append(_mentions(wanted.text))
    return found


def _hashes_in(collection_ids: tuple[int, ...], folder: str | None) -> Any:
    places = select(File.content_hash).where(File.content_hash.is_not(None), File.status != "failed")
    if collection_ids:
        places = places.where(File.collection_id.in_(collection_ids))
    if folder is not None and folder.strip("/"):
        prefix = folder.strip("/") + "/"
        # a range on the path can use its index, and needs no escaping of % and _ as LIKE does
        places = places.where(File.path >= prefix, File.path < prefix[:-1] + "0")
    return places


def _tagged(name: str) -> Any:
    return select(ItemTag.item_id).join(Tag, Tag.id == ItemTag.tag_id).where(Tag.name == name)


def _marked(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.stars_from:
        found.append(Item.id.in_(select(Mark.item_id).where(Mark.stars >= wanted.stars_from)))
    for column, value in ((Mark.flag, wanted.flag), (Mark.label, wanted.label)):
        if value:
            found.append(Item.id.in_(select(Mark.item_id).where(column == value)))
        elif value == 0:
            found.append(Item.id.not_in(select(Mark.item_id).where(column != 0)))
    return found


def _between(column: InstrumentedAttribute[Any], low: float | None, high: float | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if low is not None:
        found.append(column >= low)
    if high is not None:
        found.append(column <= high)
    return found


def _mentions(words: str) -> ColumnElement[bool]:
    """Every word, anywhere: whole words and their beginnings, or parts of words of three letters and more."""
    parts = words.split()
    beginnings = " ".join(f'"{part.replace(chr(34), "")}"*' for part in parts)
    found = _matches("item_fts", beginnings)
    if all(len(part) >= 3 for part in parts):
        inside = " ".join(f'"{part.replace(chr(34), "")}"' for part in parts)
        found = or_(found, _matches("item_trigram", inside))
    return found


def _matches(table: str, expression: str) -> ColumnElement[bool]:
    match = text(f"{table} MATCH :{table}").bindparams(bindparam(table, expression, unique=True))
    return Item.id.in_(select(literal_column("rowid")).select_from(text(table)).where(match))
