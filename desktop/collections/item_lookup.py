"""Everything the inspector shows of one item, asked for at once on a reader thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from engine.values import CollectionCard, ItemCard, ItemDetails

if TYPE_CHECKING:
    from engine.engine import Engine

PREVIEW = 384  # pixels
SMALL = 96
PARTNERS = 6


@dataclass(frozen=True, eq=False)
class LookedUp:
    """`away_in` is the collection of an item whose original is not `there`; `pictures` are small ones of its partners."""

    details: ItemDetails
    image: QImage
    segment: tuple[float, float] | None
    there: bool
    away_in: CollectionCard | None
    pictures: dict[int, QImage]


def look_up(engine: Engine, item_id: int, part: int) -> LookedUp | None:
    """None when the item is gone. `part` is the segment of a sound that a search found."""
    try:
        details = engine.items.details(item_id)
    except KeyError:
        return None
    path = engine.items.path_of(item_id)
    there = path is not None and path.exists()
    away_in = None
    if not there:
        wanted = details.card.collection_id
        away_in = next((card for card in engine.collections.all() if card.id == wanted), None)
    preview = _picture(engine, details.card, PREVIEW)
    small = {card.id: _picture(engine, card, SMALL) for card in shown_partners(details)}
    return LookedUp(
        details,
        preview or QImage(),
        engine.search.segment(item_id, part) if part else None,
        there,
        away_in,
        {number: image for number, image in small.items() if image is not None},
    )


def shown_partners(details: ItemDetails) -> tuple[ItemCard, ...]:
    """What belongs together with the item and is not said in its captions already."""
    told = {item for _, _, item in details.captions}
    others = (card for card in details.partners if card.id not in told or details.card.kind == "text")
    return tuple(others)[:PARTNERS]


def _picture(engine: Engine, card: ItemCard, edge: int) -> QImage | None:
    data = engine.thumbnails.get(card.id, edge) if card.kind == "image" else None
    return QImage.fromData(data) if data else None
