"""Takes over what XMP sidecars say: tags, stars, flags, labels and descriptions. What the user said here goes before it."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from engine.catalogue.id_ranges import pack
from engine.events import Changed
from engine.files.names import absolute
from engine.modalities.pictures import xmp

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.catalogue.queries.sidecars import Sidecar
    from engine.engine import Engine

LARGEST = 4 << 20  # bytes; a sidecar is a few kilobytes
FIRST_PASSAGE = 900  # captions of a sidecar stand after those inside its picture
NAME_WORDS = 8


def read_sidecars(engine: Engine, collection_id: int, root: str) -> int:
    """Read the sidecars of a collection that are new or changed. Returns how many; one that is no XMP is passed by until it changes."""
    from engine.catalogue.queries.sidecars import note_read, unread_sidecars

    with engine.library.read() as session:
        waiting = unread_sidecars(session, collection_id)
    if not waiting:
        return 0
    said = [(sidecar, _read(root, sidecar)) for sidecar in waiting]
    with engine.library.write() as session:
        _take_over(session, [(sidecar, packet) for sidecar, packet in said if packet is not None])
        note_read(session, [sidecar.file_id for sidecar, _ in said])
    engine.jobs.announce(Changed(items=True, marks=True))
    return len(said)


def _read(root: str, sidecar: Sidecar) -> xmp.Said | None:
    path = absolute(root, sidecar.path, sidecar.raw_path)
    try:
        if os.path.getsize(path) > LARGEST:
            return None
        with open(path, "rb") as file:
            return xmp.read(file.read().decode("utf-8", "replace"))
    except (OSError, ValueError):
        return None


def _take_over(session: Session, said: list[tuple[Sidecar, xmp.Said]]) -> None:
    from engine.catalogue.changes import carry_out
    from engine.catalogue.marks import tag_name
    from engine.catalogue.queries.marks import values_now

    tags: dict[str, list[int]] = defaultdict(list)
    marks: dict[str, dict[int, list[int]]] = {column: defaultdict(list) for column in ("stars", "flag", "label")}
    for sidecar, packet in said:
        for tag in packet.tags:
            tags[tag_name(tag)].append(sidecar.item_id)
        for column, groups in marks.items():
            if value := getattr(packet, column):
                groups[value].append(sidecar.item_id)
    for name, ids in tags.items():
        carry_out(session, [["make_tag", name], ["tag", name, pack(sorted(ids))]])
    for column, groups in marks.items():
        every = sorted(number for ids in groups.values() for number in ids)
        unmarked = {number for was, ids in values_now(session, column, every) if not was for number in ids}
        free = [[value, pack(sorted(unmarked.intersection(ids)))] for value, ids in groups.items()]
        if unmarked:
            carry_out(session, [["mark", column, free]])
    _describe(session, said)


def _describe(session: Session, said: list[tuple[Sidecar, xmp.Said]]) -> None:
    """Descriptions become captions, beside those that are known already."""
    from engine.catalogue.queries import arrivals, pairs

    contents = {sidecar.content_hash for sidecar, packet in said if packet.captions}
    known = arrivals.items_with(session, contents)
    rows: list[dict[str, Any]] = []
    for sidecar, packet in said:
        there = {text for (content, _), (_, _, text, _) in known.items() if content == sidecar.content_hash}
        number = FIRST_PASSAGE + sum(
            content == sidecar.content_hash and passage >= FIRST_PASSAGE for content, passage in known
        )
        for caption in packet.captions:
            if caption.text not in there:
                rows.append(_row(sidecar.content_hash, number, caption.text, caption.language))
                number += 1
    arrivals.add_items(session, rows)
    made = arrivals.items_with(session, contents)
    fresh = {(row["content_hash"], row["passage"]): row for row in rows}
    arrivals.keep_words(
        session, [(made[key][0], row["name"], "", row["text"]) for key, row in fresh.items() if key in made]
    )
    pairs.link_embedded(
        session, [(made[key[0], 0][0], made[key][0], row["language"]) for key, row in fresh.items() if key in made]
    )
    pairs.refresh_captions(session, {made[content, 0][0] for content, _ in fresh})


def _row(content: str, passage: int, text: str, language: str | None) -> dict[str, Any]:
    words = text.split()
    return {
        "content_hash": content,
        "passage": passage,
        "kind": "text",
        "name": (" ".join(words[:NAME_WORDS]) + ("…" if len(words) > NAME_WORDS else ""))[:120],
        "text": text,
        "language": language,
        "format": "XMP",
        "mat": 0,
        "added_at": time.time(),
    }
