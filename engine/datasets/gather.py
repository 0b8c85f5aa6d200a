"""Finds the files and words of a choice: in a caption table, or in the library by collection, tag, selection or any filter."""

from __future__ import annotations

from pathlib import Path

from engine.catalogue.library import Library
from engine.datasets.captioned import Captioned, Gathered, in_languages
from engine.datasets.table import pairs_of_table
from engine.values import Filter, Kind, LearnFrom


def gather(library: Library | None, wanted: LearnFrom, kind: Kind = "image") -> Gathered:
    """Every file of `kind` that the choice names, also those without words. Hidden items are left out and counted.

    Raises UserFixable when a table cannot be read.
    """
    if wanted.table is not None:
        return pairs_of_table(Path(wanted.table).expanduser(), wanted.languages)
    assert library is not None
    return _of_library(library, wanted, kind)


def _of_library(library: Library, wanted: LearnFrom, kind: Kind) -> Gathered:
    from engine.catalogue.queries.captioned import hidden_count, items_with_words

    with library.read() as session:
        items = items_with_words(session, wanted.filter, kind, wanted.classes)
        hidden = hidden_count(session, wanted.filter, kind)
    files, missing, doubles = [], [], 0
    for item in items:
        if item.path is None or not item.path.is_file():
            missing.append(str(item.path) if item.path else f"item {item.item_id}")
            continue
        unique = dict(item.captions)
        doubles += len(item.captions) - len(unique)
        files.append(
            in_languages(
                Captioned(
                    item.path,
                    tuple(unique),
                    tuple(unique.values()),
                    item.tags[0] if item.tags else None,
                    item.item_id,
                    item.content_hash,
                ),
                wanted.languages,
            )
        )
    return Gathered(tuple(files), _named(wanted), tuple(missing), doubles, hidden)


def _named(wanted: LearnFrom) -> str:
    """“3 collections”, “tag:heron”, “212 chosen items”, “the whole library”: as people would say it."""
    conditions: Filter = wanted.filter
    parts = [f"tag:{name}" for name in conditions.tags]
    if conditions.collection_ids:
        count = len(conditions.collection_ids)
        parts.append("one collection" if count == 1 else f"{count} collections")
    if conditions.folder:
        parts.append(f"in:{conditions.folder}")
    if conditions.item_ids is not None:
        parts.append(f"{len(conditions.item_ids):,} chosen items")
    if conditions.stars_from:
        parts.append(f"stars>={conditions.stars_from}")
    return ", ".join(parts) or "the whole library"
