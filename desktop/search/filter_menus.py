"""What each filter chip offers: kinds, dates, folders and collections, and the rest. Pure: values in, filters out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from engine.values import Filter, Kind

if TYPE_CHECKING:
    from engine.engine import Engine

KINDS: tuple[tuple[Kind, str, str], ...] = (
    ("image", "Images", "ph.image"),
    ("audio", "Sounds", "mdi6.waveform"),
    ("text", "Texts", "ph.text-align-left"),
)
_FOLDERS = 24


@dataclass(frozen=True)
class Offered:
    """What the library has to filter by."""

    years: tuple[int, ...]
    collections: tuple[tuple[int, str], ...]
    folders: tuple[str, ...]
    tags: tuple[str, ...]


def ask_offered(engine: Engine) -> Offered:
    """Years, collections, folders and tags that occur; runs on a reader thread."""
    ids = engine.items.ids(Filter())
    _, years = engine.items.field("year", ids)
    _, folders = engine.items.field("folder", ids)
    return Offered(
        tuple(sorted((int(year) for year in years if year.isdigit()), reverse=True)),
        tuple((card.id, card.name) for card in engine.collections.all()),
        tuple(name for name in folders if name and not name.startswith("No "))[:_FOLDERS],
        tuple(tag.name for tag in engine.marks.tags()),
    )


def in_year(now: Filter, year: int) -> Filter:
    """Taken in one year, by the camera's clock."""
    begin = datetime(year, 1, 1, tzinfo=UTC).timestamp()
    return replace(now, date_from=begin, date_to=datetime(year + 1, 1, 1, tzinfo=UTC).timestamp() - 1)


def kind_words(wanted: Filter) -> str:
    """“all”, or the kinds by name."""
    return ", ".join(title.lower() for kind, title, _ in KINDS if kind in wanted.kinds) or "all"


def date_words(wanted: Filter) -> str:
    """“any”, a year, or the span as it was given."""
    begin, end = wanted.date_from, wanted.date_to
    if begin is None and end is None:
        return "any"
    first = datetime.fromtimestamp(begin, UTC) if begin is not None else None
    last = datetime.fromtimestamp(end, UTC) if end is not None else None
    if first and last:
        if (first.month, first.day) == (1, 1) and (last.month, last.day) == (12, 31):
            return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"
        if (last - first).days < 1:
            return f"{first.day} {first.strftime('%B %Y')}"
        return f"{first.strftime('%Y-%m-%d')} to {last.strftime('%Y-%m-%d')}"
    return f"from {first.strftime('%Y-%m-%d')}" if first else f"until {last.strftime('%Y-%m-%d')}" if last else "any"


def folder_words(wanted: Filter, names: dict[int, str]) -> str:
    """“any”, the collections, or the folder."""
    if wanted.folder is not None:
        return wanted.folder
    return ", ".join(names.get(number, f"collection {number}") for number in wanted.collection_ids) or "any"


def others(wanted: Filter) -> list[tuple[str, Filter]]:
    """Conditions that have a chip only while they hold: words, and the filter without them."""
    found: list[tuple[str, Filter]] = []
    for tag in wanted.tags:
        found.append((f"Tag: {tag}", replace(wanted, tags=tuple(t for t in wanted.tags if t != tag))))
    for tag in wanted.without_tags:
        left = tuple(t for t in wanted.without_tags if t != tag)
        found.append((f"Without tag: {tag}", replace(wanted, without_tags=left)))
    if wanted.stars_from is not None:
        found.append((f"Stars: {wanted.stars_from} or more", replace(wanted, stars_from=None)))
    if wanted.flag is not None:
        words = {1: "picked", -1: "rejected", 0: "neither"}[wanted.flag]
        found.append((f"Flag: {words}", replace(wanted, flag=None)))
    if wanted.label is not None:
        found.append((f"Label: {wanted.label or 'none'}", replace(wanted, label=None)))
    if wanted.text:
        found.append((f"Words: {wanted.text}", replace(wanted, text=None)))
    if wanted.size_from is not None or wanted.size_to is not None:
        found.append(("Size", replace(wanted, size_from=None, size_to=None)))
    if wanted.item_ids is not None:
        found.append((f"{len(wanted.item_ids):,} chosen on the map", replace(wanted, item_ids=None)))
    if wanted.include_hidden:
        found.append(("With hidden ones", replace(wanted, include_hidden=False)))
    return found
