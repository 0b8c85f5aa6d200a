"""Pairs: items that describe the same thing, found beside each other, in tables, or inside a file."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from engine.catalogue.queries.many import texts_of, values_of
from engine.catalogue.tables import File, Item, Pair

LANGUAGE_ENDING = re.compile(r"(.+)[._-]([a-z]{2,3}(?:-[A-Za-z]{2,8})?)", re.DOTALL)
LANGUAGES = frozenset(
    [
        "af",
        "ar",
        "be",
        "bg",
        "bn",
        "ca",
        "cs",
        "cy",
        "da",
        "de",
        "el",
        "en",
        "eo",
        "es",
        "et",
        "eu",
        "fa",
        "fi",
        "fr",
        "ga",
        "gl",
        "gu",
        "he",
        "hi",
        "hr",
        "hu",
        "hy",
        "id",
        "is",
        "it",
        "ja",
        "ka",
        "kk",
        "kn",
        "ko",
        "lt",
        "lv",
        "mk",
        "ml",
        "mn",
        "mr",
        "ms",
        "my",
        "nb",
        "ne",
        "nl",
        "nn",
        "no",
        "pa",
        "pl",
        "pt",
        "ro",
        "ru",
        "sk",
        "sl",
        "sq",
        "sr",
        "sv",
        "sw",
        "ta",
        "te",
        "th",
        "tl",
        "tr",
        "uk",
        "ur",
        "uz",
        "vi",
        "yo",
        "zh",
        "zu",
        "deu",
        "eng",
        "fra",
        "ita",
        "spa",
        "por",
        "rus",
        "jpn",
        "zho",
        "kor",
        "ara",
        "nld",
    ]
)
PASSAGES_PER_SIDECAR = 50

Wanted = dict[tuple[int, int], str | None]  # (left id, right id) -> language


def link_sidecars(session: Session, collection_id: int) -> int:
    """Pair pictures and sounds with files of the same stem in the same folder; pairs whose files parted go. Returns new pairs.

    `a.jpg` goes with `a.txt`, `a.de.txt`, `a.jpg.txt` and `a.wav`.
    """
    files = session.execute(
        select(File.path, File.content_hash, File.kind).where(
            File.collection_id == collection_id, File.status == "ok", File.content_hash.is_not(None)
        )
    ).all()
    found = _by_stem((path, content or "", kind) for path, content, kind in files)
    items = _items_of(session, {content for _, pair in found for content in pair})
    wanted: Wanted = {}
    for language, (left, right) in found:
        for left_id, left_kind, left_passage in items.get(left, ()):
            if left_passage or left_kind == "text":
                continue  # words that came inside a picture's file
            for right_id, right_kind, _ in items.get(right, ())[:PASSAGES_PER_SIDECAR]:
                if right_kind == "text" or (right_kind, left_kind) == ("audio", "image"):
                    wanted.setdefault((left_id, right_id), language)
    return _replace(session, collection_id, "sidecar", wanted)


def link_table(
    session: Session, collection_id: int, table_hash: str, folder: str, rows: Sequence[tuple[int, str, str | None]]
) -> Wanted:
    """Pairs of one caption table: `rows` are (passage, file as the table names it, language). Files outside `folder` are not looked at."""
    named = {name: _inside(folder, name) for _, name, _ in rows}
    places = {path for path in named.values() if path is not None}
    contents = dict(
        session.execute(  # type: ignore[arg-type]
            select(File.path, File.content_hash).where(
                File.collection_id == collection_id, File.status == "ok", File.path.in_(texts_of(places))
            )
        ).all()
    )
    items = _items_of(session, {table_hash, *filter(None, contents.values())})
    sentences = {passage: number for number, kind, passage in items.get(table_hash, ()) if kind == "text"}
    wanted: Wanted = {}
    for passage, name, language in rows:
        left = next((item for item in items.get(contents.get(named[name] or "") or "", ()) if not item[2]), None)
        if left is not None and left[1] != "text" and passage in sentences:
            wanted.setdefault((left[0], sentences[passage]), language)
    return wanted


def replace_table_pairs(session: Session, collection_id: int, wanted: Wanted) -> int:
    """Make the pairs from this collection's caption tables exactly these. Returns how many are new."""
    return _replace(session, collection_id, "table", wanted)


def link_embedded(session: Session, pairs: Iterable[tuple[int, int, str | None]]) -> None:
    """(picture id, caption id, language) of words found inside a picture's file."""
    _insert(session, "embedded", {(left, right): language for left, right, language in pairs})


def refresh_captions(session: Session, item_ids: Iterable[int]) -> None:
    """Let pictures and sounds be found by the words of their partners."""
    wanted = sorted(set(item_ids))
    words: dict[int, list[str]] = {number: [] for number in wanted}
    rows = session.execute(
        select(Pair.left_id, Item.text)
        .join(Item, Item.id == Pair.right_id)
        .where(Pair.left_id.in_(values_of(wanted)), Item.kind == "text")
        .order_by(Pair.id)
    )
    for left_id, sentence in rows:
        words[left_id].append(sentence or "")
    values = [{"id": number, "caption": "\n".join(sentences)} for number, sentences in words.items()]
    if values:
        for table in ("item_fts", "item_trigram"):
            session.execute(text(f"UPDATE {table} SET caption = :caption WHERE rowid = :id"), values)


def _by_stem(files: Iterable[tuple[str, str, str | None]]) -> list[tuple[str | None, tuple[str, str]]]:
    """(language, (left content, right content)) of files that share folder and stem."""
    by_stem: dict[str, list[tuple[str, str]]] = defaultdict(list)
    texts: list[tuple[str, str]] = []
    for path, content, kind in files:
        stem = _stem(path)
        if kind in ("image", "audio"):
            by_stem[stem].append((kind, content))
            by_stem[path].append((kind, content))
        elif kind == "text":
            texts.append((stem, content))
    found: list[tuple[str | None, tuple[str, str]]] = []
    for stem, content in texts:
        language = None
        partners = by_stem.get(stem, ())
        if not partners and (ending := LANGUAGE_ENDING.fullmatch(stem)) and ending[2].split("-")[0] in LANGUAGES:
            partners, language = by_stem.get(ending[1], ()), ending[2]
        found += [(language, (left, content)) for _, left in partners]
    for members in by_stem.values():
        pictures = [content for kind, content in members if kind == "image"]
        sounds = [content for kind, content in members if kind == "audio"]
        found += [(None, (picture, sound)) for picture in pictures for sound in sounds]
    return found


def _stem(path: str) -> str:
    folder, slash, name = path.rpartition("/")
    stem, dot, _ = name.rpartition(".")
    return folder + slash + (stem if dot and stem else name)


def _inside(folder: str, name: str) -> str | None:
    """The path below the collection's root that a table in `folder` means by `name`; None when it leaves the folder."""
    parts: list[str] = []
    name = name.replace("\\", "/")
    if name.startswith("/") or ":" in name.split("/", 1)[0] or "\0" in name:
        return None
    for part in name.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(([folder] if folder else []) + parts) if parts else None


def _items_of(session: Session, hashes: Iterable[str]) -> dict[str, list[tuple[int, str, int]]]:
    """Hash to (id, kind, passage) of its items, in order."""
    found: dict[str, list[tuple[int, str, int]]] = defaultdict(list)
    rows = session.execute(
        select(Item.content_hash, Item.id, Item.kind, Item.passage)
        .where(Item.content_hash.in_(texts_of(hashes)))
        .order_by(Item.passage)
    )
    for content, number, kind, passage in rows:
        found[content].append((number, kind, passage))
    return found


def _replace(session: Session, collection_id: int, source: str, wanted: Wanted) -> int:
    inside = select(File.content_hash).where(File.collection_id == collection_id, File.content_hash.is_not(None))
    own = select(Item.id).where(Item.content_hash.in_(inside))
    before = {
        (left, right): number
        for number, left, right in session.execute(
            select(Pair.id, Pair.left_id, Pair.right_id).where(
                Pair.source == source, Pair.left_id.in_(own), Pair.right_id.in_(own)
            )
        )
    }
    stale = [pair for pair in before if pair not in wanted]
    if stale:
        session.execute(
            delete(Pair).where(Pair.id.in_(values_of(before[pair] for pair in stale))),
            execution_options={"synchronize_session": False},
        )
    fresh = {pair: language for pair, language in wanted.items() if pair not in before}
    _insert(session, source, fresh)
    refresh_captions(session, {left for left, _ in (*stale, *fresh)})
    return len(fresh)


def _insert(session: Session, source: str, pairs: Wanted) -> None:
    if not pairs:
        return
    session.execute(
        insert(Pair).prefix_with("OR IGNORE"),
        [
            {"left_id": left, "right_id": right, "source": source, "language": language}
            for (left, right), language in pairs.items()
        ],
    )
    told = [{"id": right, "language": language} for (_, right), language in pairs.items() if language]
    if told:
        session.execute(update(Item), told)
