"""Everything the inspector shows of one item besides its neighbours."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from engine.catalogue.places import real_path, text_path
from engine.catalogue.queries.cards import cards_of
from engine.catalogue.queries.many import values_of
from engine.catalogue.tables import Collection, File, Item, ItemTag, Pair, Tag
from engine.values import ItemCard, ItemDetails

if TYPE_CHECKING:
    import numpy as np

AROUND = 2  # passages shown on either side
PARTNERS = 24


def details_of(session: Session, item_id: int, waveform: tuple[float, ...] = ()) -> ItemDetails:
    """Raises KeyError when the item does not exist."""
    item = session.get(Item, item_id)
    if item is None:
        raise KeyError(item_id)
    card = cards_of(session, [item_id])[0]
    passages, around = _passages(session, item)
    return ItemDetails(
        card=card,
        tags=tuple(
            session.scalars(
                select(Tag.name)
                .join(ItemTag, ItemTag.tag_id == Tag.id)
                .where(ItemTag.item_id == item_id)
                .order_by(Tag.name)
            )
        ),
        captions=_captions(session, item_id),
        partners=_partners(session, item_id),
        facts=tuple(_facts(session, item, card)),
        places=_places(session, item),
        passages=passages,
        passage=item.passage,
        around=around,
        waveform=waveform,
    )


def place_of(session: Session, item_id: int) -> Path | None:
    """Where the item's content lies; a present place before a missing one. None when no place is known."""
    row = session.execute(
        select(Collection.root, Collection.kind, File.path, File.raw_path)
        .join(File, File.collection_id == Collection.id)
        .join(Item, Item.content_hash == File.content_hash)
        .where(Item.id == item_id, File.status != "failed")
        .order_by(case((File.status == "ok", 0), else_=1), File.id)
        .limit(1)
    ).first()
    return real_path(*row) if row else None


def captions_of(session: Session, ids: Sequence[int] | np.ndarray) -> dict[int, list[tuple[str | None, str]]]:
    """(language, sentence) pairs of each of these items that has any, oldest first."""
    rows = session.execute(
        select(Pair.left_id, func.coalesce(Pair.language, Item.language), Item.text)
        .join(Item, Item.id == Pair.right_id)
        .where(Pair.left_id.in_(values_of(ids)), Item.kind == "text")
        .order_by(Pair.id)
    )
    found: dict[int, list[tuple[str | None, str]]] = {}
    for number, language, words in rows:
        found.setdefault(number, []).append((language, words or ""))
    return found


def _captions(session: Session, item_id: int) -> tuple[tuple[str | None, str, int], ...]:
    rows = session.execute(
        select(func.coalesce(Pair.language, Item.language), Item.text, Item.id)
        .join(Pair, Pair.right_id == Item.id)
        .where(Pair.left_id == item_id, Item.kind == "text")
        .order_by(Pair.id)
    )
    return tuple((language, text or "", number) for language, text, number in rows)


def _partners(session: Session, item_id: int) -> tuple[ItemCard, ...]:
    pairs = session.execute(
        select(Pair.left_id, Pair.right_id)
        .where(or_(Pair.left_id == item_id, Pair.right_id == item_id))
        .order_by(Pair.id)
        .limit(PARTNERS)
    )
    return tuple(cards_of(session, [right if left == item_id else left for left, right in pairs]))


def _places(session: Session, item: Item) -> tuple[str, ...]:
    rows = session.execute(
        select(Collection.root, Collection.kind, File.path)
        .join(File, File.collection_id == Collection.id)
        .where(File.content_hash == item.content_hash, File.status == "ok")
        .order_by(File.id)
    )
    return tuple(text_path(*row) for row in rows)


def _passages(session: Session, item: Item) -> tuple[int, tuple[tuple[int, str], ...]]:
    if item.kind != "text":
        return 0, ()
    same = (Item.content_hash == item.content_hash, Item.kind == "text")
    total = session.scalar(select(func.count()).select_from(Item).where(*same)) or 0
    rows = session.execute(
        select(Item.passage, Item.text)
        .where(*same, Item.passage.between(item.passage - AROUND, item.passage + AROUND), Item.id != item.id)
        .order_by(Item.passage)
    )
    return total, tuple((number, text or "") for number, text in rows)


def _facts(session: Session, item: Item, card: ItemCard) -> list[tuple[str, str]]:
    collection = session.get(Collection, card.collection_id) if card.collection_id else None
    facts = {
        "Taken": _moment(item.taken_at),
        "Size": f"{item.width:,} × {item.height:,}" if item.width and item.height else None,
        "Length": _length(item.seconds),
        "Sound": _sound(item),
        "Language": item.language,
        "Page": f"{item.page:,}" if item.page else None,
        "Line": f"{item.line:,}" if item.line else None,
        "Camera": item.camera,
        "Position": _position(item),
        "Format": item.format,
        "File size": _bytes(item.bytes),
        "Collection": collection.name if collection else None,
        "Folder": _folder(card.path, collection.root) if card.path and collection else None,
        "Copies": f"{card.places:,} places" if card.places > 1 else None,
        "Added": _moment(item.added_at, local=True),
    }
    return [(label, value) for label, value in facts.items() if value]


def _folder(path: str, root: str) -> str | None:
    """Where in its collection: “pictures / animals”. None at the collection's root, the whole folder outside of it."""
    parent = Path(path).parent
    try:
        return " / ".join(parent.relative_to(root).parts) or None
    except ValueError:
        return str(parent)


def _moment(seconds: float | None, *, local: bool = False) -> str | None:
    """A camera's clock is shown as it was set; a moment of this computer's (`local`) by its own clock."""
    if seconds is None:
        return None
    try:
        at = time.localtime(seconds) if local else time.gmtime(seconds)
    except (OverflowError, ValueError, OSError):  # a camera with a broken clock
        return None
    return f"{at.tm_mday} {time.strftime('%B %Y, %H:%M', at)}"


def _length(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:04.1f} min" if minutes else f"{rest:.1f} s"


def _sound(item: Item) -> str | None:
    if not item.sample_rate:
        return None
    channels = {1: "mono", 2: "stereo"}.get(item.channels or 0, f"{item.channels} channels")
    return f"{item.sample_rate / 1000:g} kHz, {channels}"


def _position(item: Item) -> str | None:
    if item.latitude is None or item.longitude is None:
        return None
    north, east = "N" if item.latitude >= 0 else "S", "E" if item.longitude >= 0 else "W"
    return f"{abs(item.latitude):.4f}° {north}, {abs(item.longitude):.4f}° {east}"


def _bytes(size: int | None) -> str | None:
    if size is None:
        return None
    amount, units = float(size), ["bytes", "kB", "MB", "GB"]
    while amount >= 1000 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{amount:,.0f} {units[0]}" if units[0] == "bytes" or amount >= 100 else f"{amount:.1f} {units[0]}"
