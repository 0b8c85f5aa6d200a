"""One batch of files that were read becomes rows: items, places, pairs, words, thumbnails; in one transaction."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from engine.files import reasons
from engine.files.difference import Known
from engine.files.scan import Found
from engine.media.messages import Answer
from engine.modalities.reading import Reading

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from engine.engine import Engine

NAME_WORDS = 8  # of a sentence that has no file of its own
TEXT_FOR_SEARCH = 20_000  # characters


@dataclass(frozen=True, eq=False)
class Arrival:
    """A file as the walk found it, what was known of its place before, and what a media worker made of it."""

    found: Found
    before: Known | None
    answer: Answer


@dataclass(frozen=True, eq=False)
class Part:
    """Something an encoder may turn into a vector: pixels, a sound, or words."""

    item_id: int
    kind: str
    content: Any


@dataclass
class Arrived:
    """What a batch came to. `new_contents` were not in the library before; `removed` items left it because their file changed."""

    parts: list[Part] = field(default_factory=list)
    new_contents: set[str] = field(default_factory=set)
    removed: list[int] = field(default_factory=list)
    items_added: int = 0


def keep_arrivals(engine: Engine, collection_id: int, arrivals: Sequence[Arrival]) -> Arrived:
    """Write a batch. Afterwards the library is whole, whatever happens next; vectors of its parts are still to be made."""
    from engine.catalogue.queries import arrivals as queries
    from engine.catalogue.queries import files, pairs

    result = Arrived()
    pictures: dict[int, dict[int, bytes]] = {}
    waveforms: dict[int, Any] = {}
    with engine.library.write() as session:
        read = {arrival.answer.content_hash: arrival for arrival in arrivals if arrival.answer.reading is not None}
        replaced = _replaced(arrivals)
        before = queries.items_with(session, {*read, *replaced.values()} - {None})  # type: ignore[arg-type]
        files.keep_places(session, [_place(collection_id, arrival) for arrival in arrivals])
        there = {content for content, _ in before}
        edited = _edited(session, replaced, there)
        made = _Rows()
        for content, arrival in read.items():
            assert content is not None
            if content in there:
                continue
            result.new_contents.add(content)
            _lay_out(made, content, arrival, edited.get(content), before)
        queries.add_items(session, made.new)
        queries.change_items(session, made.changed)
        if made.changed:
            queries.forget_vectors(session, [row["id"] for row in made.changed if row.pop("other", True)])
        items = queries.items_with(session, read)  # type: ignore[arg-type]
        queries.keep_words(
            session, [_words(number, *made.words[key]) for key, (number, *_) in items.items() if key in made.words]
        )
        embedded = [
            (items[content, 0][0], items[content, passage][0], language)
            for content, passage, language in made.embedded
            if (content, 0) in items and (content, passage) in items
        ]
        if embedded:
            pairs.link_embedded(session, embedded)
            pairs.refresh_captions(session, {left for left, *_ in embedded})
        if replaced:
            gone, _ = files.homeless(session, replaced.values())
            result.removed = files.remove_items_of(session, gone)
        result.items_added = len(made.new)
        for key, (number, kind, words, _) in items.items():
            reading = read[key[0]].answer.reading
            assert reading is not None
            own = kind != "text" and key[1] == 0
            if key[0] in result.new_contents:
                pictures[number] = reading.thumbnails if own else {}
                if own and reading.peaks is not None:
                    waveforms[number] = reading.peaks
            made_of = words if kind == "text" else reading.pixels if kind == "image" else reading.sound
            if made_of is not None and (own or kind == "text"):
                result.parts.append(Part(number, kind, made_of))
    engine.thumbnails.forget(result.removed)
    engine.thumbnails.keep(pictures, waveforms)
    return result


@dataclass
class _Rows:
    new: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    words: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)  # name with keywords, text
    embedded: list[tuple[str, int, str | None]] = field(default_factory=list)  # content, passage, language


def _replaced(arrivals: Iterable[Arrival]) -> dict[str, str]:
    """New content to the old one of the same place."""
    return {
        arrival.answer.content_hash: arrival.before.content_hash
        for arrival in arrivals
        if arrival.before is not None
        and arrival.before.content_hash
        and arrival.answer.content_hash
        and arrival.before.content_hash != arrival.answer.content_hash
    }


def _edited(session: Session, replaced: dict[str, str], there: set[str]) -> dict[str, str]:
    """Of the replaced contents those whose items live on under their new content: they lie nowhere else."""
    from engine.catalogue.queries.files import homeless

    if not replaced:
        return {}
    nobody, marked = homeless(session, replaced.values())
    lost = {*nobody, *marked}
    taken: set[str] = set()
    edited: dict[str, str] = {}
    for new, old in replaced.items():
        if old in lost and old in there and new not in there and old not in taken:
            edited[new] = old
            taken.add(old)
    return edited


def _place(collection_id: int, arrival: Arrival) -> dict[str, Any]:
    found, answer = arrival.found, arrival.answer
    skipped = answer.reason in reasons.SKIPPED
    kind = answer.kind
    if answer.reading is not None:
        kind = "table" if answer.reading.table else answer.reading.kind
    return {
        "collection_id": collection_id,
        "path": found.path,
        "raw_path": found.raw_path,
        "size": found.size,
        "mtime_ns": found.mtime_ns,
        # a file that could not be read has no items, so it is no place of any
        "content_hash": None if answer.reason else answer.content_hash,
        "kind": kind,
        "status": "skipped" if skipped else "failed" if answer.reason else "ok",
        "reason": answer.reason,
        "detail": answer.detail or None,
    }


def _lay_out(made: _Rows, content: str, arrival: Arrival, old: str | None, before: dict[tuple[str, int], Any]) -> None:
    reading = arrival.answer.reading
    assert reading is not None
    name = arrival.found.path.rpartition("/")[2]
    for passage, row in _items(reading, name).items():
        row |= {"content_hash": content, "passage": passage, "bytes": arrival.answer.size, "format": reading.format}
        made.words[content, passage] = (
            " ".join((row["name"], *(reading.keywords if not passage else ()))),
            row["text"] or "",
        )
        known = before.get((old, passage)) if old is not None else None
        if known is not None and known[1] == row["kind"]:
            made.changed.append({**row, "id": known[0], "other": row["kind"] != "text" or known[2] != row["text"]})
        else:
            made.new.append({**row, "added_at": time.time()})
    if reading.kind != "text":
        made.embedded += [(content, passage, caption.language) for passage, caption in enumerate(reading.captions, 1)]


def _items(reading: Reading, name: str) -> dict[int, dict[str, Any]]:
    """Passage number to columns of each item in one file."""
    facts = asdict(reading.facts)
    none = dict.fromkeys(facts, None) | {"mat": 0}
    found: dict[int, dict[str, Any]] = {}
    if reading.kind != "text":
        found[0] = {
            **facts,
            "kind": reading.kind,
            "name": name,
            "text": None,
            "line": None,
            "page": None,
            "language": None,
        }
    elif not reading.table:
        for number, passage in enumerate(reading.passages):
            place = {"text": passage.text, "line": passage.line, "page": passage.page, "language": None}
            found[number] = {**none, "kind": "text", "name": name, **place}
    for number, caption in enumerate(reading.captions, 0 if reading.table else 1):
        words = caption.text.split()
        title = " ".join(words[:NAME_WORDS]) + ("…" if len(words) > NAME_WORDS else "")
        place = {"text": caption.text, "line": caption.line, "page": None, "language": caption.language}
        found[number] = {**none, "kind": "text", "name": title[:120], **place}
    return found


def _words(number: int, name: str, text: str) -> tuple[int, str, str, str]:
    return number, name, "", text[:TEXT_FOR_SEARCH]
