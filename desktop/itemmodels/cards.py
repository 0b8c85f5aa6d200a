"""Item cards by id, fetched by page and kept while they are near the screen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from engine.values import ItemCard

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge

_KEPT = 6000
_PAGE = 240


class CardSource(QObject):
    """Asks for the cards a view lacks and tells when they came. Never blocks: a card not there yet is None."""

    arrived = Signal()

    def __init__(self, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._cards: OrderedDict[int, ItemCard] = OrderedDict()
        self._stale: set[int] = set()
        self._asked: set[int] = set()
        self._gone: set[int] = set()

    def card(self, item_id: int) -> ItemCard | None:
        """The card if it is here; being looked at keeps it here."""
        card = self._cards.get(item_id)
        if card is not None:
            self._cards.move_to_end(item_id)
        return card

    def want(self, ids: Iterable[int]) -> None:
        """Ask for those of `ids` that are missing or out of date, a page at a time."""
        missing = [
            item
            for item in ids
            if item not in self._asked and item not in self._gone and (item not in self._cards or item in self._stale)
        ]
        for start in range(0, len(missing), _PAGE):
            page = missing[start : start + _PAGE]
            self._asked.update(page)
            self._stale.difference_update(page)  # marked again while the answer is under way, they are asked for again
            self._ask(page)

    def _ask(self, page: list[int]) -> None:
        self._bridge.ask(
            lambda engine: (page, engine.items.cards(page)),
            self._take,
            failed=lambda _fault: self._asked.difference_update(page),
        )

    def forget(self, ids: Iterable[int] | None = None) -> None:
        """Mark cards as out of date: the old one is drawn until the new one is there. None: all of them."""
        self._gone.clear()
        self._stale.update(self._cards if ids is None else ids)
        self.arrived.emit()

    def expect(self, ids: Iterable[int], **fields: Any) -> None:
        """Show `fields` on these cards at once, before the act that sets them has been carried out."""
        for item in ids:
            card = self._cards.get(item)
            if card is not None:
                self._cards[item] = replace(card, **fields)
        self.arrived.emit()

    def _take(self, answer: tuple[list[int], Sequence[ItemCard]]) -> None:
        page, cards = answer
        self._asked.difference_update(page)
        for card in cards:
            self._cards[card.id] = card
            self._cards.move_to_end(card.id)
        self._gone.update(set(page) - {card.id for card in cards})
        while len(self._cards) > _KEPT:
            self._cards.popitem(last=False)
        self.arrived.emit()
