"""Runs scans over one or several collections with one pool of readers and one encoder, then gives vectors to what has none."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserFixable
from engine.events import Changed
from engine.files import volumes
from engine.files.kinds import TABLE_SUFFIXES, suffix_of
from engine.workflows.encoding import EncodingLine
from engine.workflows.missing import encode_missing
from engine.workflows.scanning import Reader, Scan
from engine.workflows.summary import ScanSummary

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress


@dataclass(frozen=True)
class Place:
    """What to look at: a collection, or with `below` only some folders and files of it. `again`: files read whatever their times say."""

    collection_id: int
    root: str
    below: tuple[bytes, ...] = ()
    again: frozenset[str] = frozenset()


def places_for(engine: Engine, paths: Sequence[str]) -> list[Place]:
    """Collections for what the user pointed at, made where they are new. Raises `UserFixable` for a path that is not there."""
    from engine.catalogue.queries.files import all_roots

    resolved: list[Path] = []
    for path in paths:
        try:
            resolved.append(Path(path).expanduser().resolve(strict=True))
        except OSError as fault:
            _notice_unplugged(engine, path)
            raise UserFixable(f"“{path}” was not found.", "Nothing was changed.", "Check the path.") from fault
    with engine.library.read() as session:
        place_of = {number: Path(root) for number, root in all_roots(session)}
    whole: set[int] = set()
    parts: dict[int, list[bytes]] = {}
    for place in resolved:
        around = [(number, root) for number, root in place_of.items() if root == place or root in place.parents]
        if around:
            number, root = max(around, key=lambda pair: len(pair[1].parts))
        else:
            root = place if place.is_dir() else place.parent
            number = engine.collections.add(root).id
            place_of[number] = root
        parts.setdefault(number, [])
        if place == root:
            whole.add(number)
        else:
            parts[number] += _below(root, place)
    return [
        Place(number, str(place_of[number]), () if number in whole else tuple(below)) for number, below in parts.items()
    ]


def collect(engine: Engine, progress: Progress, places: Sequence[Place], model_key: str | None = None) -> ScanSummary:
    """Scan every place, then encode what has no vector yet. Raises `JobCancelled`; what was finished is kept."""
    summary = ScanSummary(where=_named(places))
    line = EncodingLine(engine, model_key, progress.check)
    with Reader(engine) as reader:
        for place in places:
            if not _connected(engine, place, summary):
                continue
            progress.start(None, "files", f"Looking through “{Path(place.root).name}”")
            Scan(
                engine, progress, reader, line, summary, place.collection_id, place.root, place.below, place.again
            ).run()
            _scanned(engine, place)
        line.finish(progress)
        for place in places:
            encode_missing(engine, progress, reader, line, place.collection_id)
    summary.encoded = line.encoded
    if line.without and summary.items:
        summary.notes.append(line.without)
    engine.jobs.announce(Changed(items=True, vectors=True, collections=True))
    return summary.end()


def _named(places: Sequence[Place]) -> str:
    names = [f"“{Path(place.root).name or place.root}”" for place in places]
    return " and ".join(names) if len(names) < 3 else f"{names[0]} and {len(names) - 1} more"


def _below(root: Path, path: Path) -> list[bytes]:
    """`path` relative to `root`; a caption table brings the files it names."""
    below = [os.fsencode(path.relative_to(root).as_posix())]
    if path.is_file() and suffix_of(path.name) in TABLE_SUFFIXES:
        below += _named_in(path, root)
    return below


def _named_in(table: Path, root: Path) -> list[bytes]:
    from engine.files.reasons import Unreadable
    from engine.modalities.words.encodings import decoded
    from engine.modalities.words.tables import captions_of_table

    try:
        captions = captions_of_table(decoded(table.read_bytes()), suffix_of(table.name)) or []
    except (OSError, Unreadable):
        return []
    folder = table.parent.resolve()
    names = dict.fromkeys(caption.image for caption in captions if caption.image)
    named: list[bytes] = []
    for name in names:
        try:
            place = (folder / name).resolve()
        except (OSError, ValueError):
            continue
        if folder in place.parents and place.is_file():
            named.append(os.fsencode(place.relative_to(root).as_posix()))
    return named


def _connected(engine: Engine, place: Place, summary: ScanSummary) -> bool:
    """Whether the drive is there; if not, nothing of it is touched and the collection says so."""
    from engine.catalogue.queries.files import collection_row, items_in

    with engine.library.write() as session:
        row = collection_row(session, place.collection_id)
        there = volumes.connected(row.root, row.volume)
        changed, row.connected = row.connected != there, there
        if there and row.volume is None and row.scanned_at is None:
            row.volume = volumes.volume_of(row.root)
        if not there:
            items = items_in(session, place.collection_id)
            summary.notes.append(
                f"The drive “{row.name}” is not connected. Its {items:,} items stay searchable; originals open when it is back."
            )
    if changed:
        engine.jobs.announce(Changed(collections=True))
    return there


def _scanned(engine: Engine, place: Place) -> None:
    from engine.catalogue.queries.files import collection_row

    with engine.library.write() as session:
        collection_row(session, place.collection_id).scanned_at = time.time()


def _notice_unplugged(engine: Engine, path: str) -> None:
    """A root that was pointed at and is away is marked so."""
    from engine.catalogue.queries.files import all_roots, collection_row

    wanted = os.path.abspath(os.path.expanduser(path))
    with engine.library.read() as session:
        numbers = [number for number, root in all_roots(session) if root == wanted]
    for number in numbers:
        with engine.library.write() as session:
            collection_row(session, number).connected = False
        engine.jobs.announce(Changed(collections=True))
