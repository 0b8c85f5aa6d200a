"""Which items have words, where their files lie, and which of some tags they carry: what a training asks of a library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from engine.catalogue.places import real_path
from engine.catalogue.queries.filtering import conditions
from engine.catalogue.queries.many import texts_of, values_of
from engine.catalogue.tables import Collection, File, Item, ItemTag, Mark, Pair, Tag
from engine.values import Filter, Kind


@dataclass(frozen=True)
class ItemWithWords:
    """An item, the place to open it, and its captions as (sentence, language), oldest first."""

    item_id: int
    content_hash: str
    path: Path | None
    captions: tuple[tuple[str, str | None], ...]
    tags: tuple[str, ...]


def items_with_words(session: Session, wanted: Filter, kind: Kind, tags: Sequence[str]) -> list[ItemWithWords]:
    """Items of `kind` under `wanted`, by id. Hidden items and hidden captions are never among them; `tags` are looked for."""
    shown = replace(wanted, kinds=(kind,), include_hidden=False)
    rows = session.execute(select(Item.id, Item.content_hash).where(*conditions(shown)).order_by(Item.id)).all()
    ids = [number for number, _ in rows]
    places = _present_places(session, [content for _, content in rows])
    words, tagged = _captions(session, ids), _tagged(session, ids, tags)
    return [
        ItemWithWords(number, content, places.get(content), tuple(words.get(number, ())), tuple(tagged.get(number, ())))
        for number, content in rows
    ]


def hidden_count(session: Session, wanted: Filter, kind: Kind) -> int:
    """How many items of `kind` would be among them if they were not hidden."""
    everything = replace(wanted, kinds=(kind,), include_hidden=True)
    hidden = select(Mark.item_id).where(Mark.hidden)
    counted = select(func.count()).select_from(Item).where(*conditions(everything), Item.id.in_(hidden))
    return session.scalar(counted) or 0


def hidden_among(session: Session, hashes: Iterable[str]) -> set[str]:
    """Those of `hashes` whose item is hidden."""
    rows = session.scalars(
        select(Item.content_hash)
        .join(Mark, Mark.item_id == Item.id)
        .where(Mark.hidden, Item.content_hash.in_(texts_of(hashes)))
    )
    return set(rows)


def _present_places(session: Session, hashes: Sequence[str]) -> dict[str, Path]:
    present_first = case((File.status == "ok", 0), else_=1)
    rows = session.execute(
        select(File.content_hash, Collection.root, Collection.kind, File.path, File.raw_path)
        .join(Collection, Collection.id == File.collection_id)
        .where(File.content_hash.in_(texts_of(hashes)), File.status != "failed")
        .order_by(present_first.desc(), File.id.desc())  # the last one read stays: a present place, the oldest
    )
    return {content: real_path(root, kind, path, raw) for content, root, kind, path, raw in rows if content}


def _captions(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[str, str | None]]]:
    words = aliased(Item)
    rows = session.execute(
        select(Pair.left_id, words.text, func.coalesce(Pair.language, words.language))
        .join(words, words.id == Pair.right_id)
        .where(
            Pair.left_id.in_(values_of(ids)),
            words.kind == "text",
            words.id.not_in(select(Mark.item_id).where(Mark.hidden)),
        )
        .order_by(Pair.id)
    )
    found: dict[int, list[tuple[str, str | None]]] = {}
    for number, sentence, language in rows:
        if sentence and sentence.strip():
            found.setdefault(number, []).append((" ".join(sentence.split()), language))
    return found


def _tagged(session: Session, ids: Sequence[int], tags: Sequence[str]) -> dict[int, list[str]]:
    if not tags:
        return {}
    rows = session.execute(
        select(ItemTag.item_id, Tag.name)
        .join(Tag, Tag.id == ItemTag.tag_id)
        .where(Tag.name.in_(texts_of(tags)), ItemTag.item_id.in_(values_of(ids)))
    )
    found: dict[int, list[str]] = {}
    for number, name in rows:
        found.setdefault(number, []).append(name)
    return {number: sorted(names, key=list(tags).index) for number, names in found.items()}
