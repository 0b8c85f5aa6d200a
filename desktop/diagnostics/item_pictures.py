"""Small pictures of the items a report is about, loaded once for the whole report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton

from desktop.collections.alike_list import paint_small, words_of
from desktop.itemmodels.thumbnails import ThumbnailSource, wish_for
from engine.values import ItemCard

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from desktop.theme import Theme

MOST = 400  # of one report; more is never in view


class ItemPictures(QObject):
    """`load` fetches cards and pictures of items; `arrived` tells that some are here."""

    arrived = Signal()

    def __init__(self, bridge: EngineBridge, edge: int) -> None:
        super().__init__()
        self._bridge, self._edge = bridge, edge
        self._source = ThumbnailSource(bridge, self)
        self._source.arrived.connect(lambda _: self.arrived.emit())
        self._cards: dict[int, ItemCard] = {}

    def load(self, ids: Iterable[int], ratio: float) -> None:
        """Fetch what is not here yet, in this order."""
        wanted = list(dict.fromkeys(ids))[:MOST]

        def take(cards: list[ItemCard]) -> None:
            self._cards.update({card.id: card for card in cards})
            wishes = [wish_for(card, self._edge, self._edge, ratio) for card in cards]
            self._source.want(wish for wish in wishes if wish is not None)
            self.arrived.emit()

        self._bridge.ask(lambda engine: engine.items.cards(wanted), take, key="report items")

    def card(self, item_id: int) -> ItemCard | None:
        return self._cards.get(item_id)

    def image(self, item_id: int, ratio: float) -> QImage | None:
        picture = self._source.picture(item_id, round(self._edge * ratio))
        return picture if isinstance(picture, QImage) else None


class ItemPicture(QAbstractButton):
    """One item, `edge` px square; a click is to show it among the others."""

    def __init__(self, theme: Theme, pictures: ItemPictures, item_id: int, edge: int) -> None:
        super().__init__()
        self._theme, self._pictures, self._item_id = theme, pictures, item_id
        self.setFixedSize(QSize(edge, edge))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("An item of the library")
        pictures.arrived.connect(self._named)
        theme.changed.connect(self.update)
        self._named()

    def _named(self) -> None:
        card = self._pictures.card(self._item_id)
        if card is not None:
            self.setAccessibleName(words_of(card))
            self.setToolTip(f"{words_of(card)}\nClick to show it in Explore")
        self.update()

    def enterEvent(self, _event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, _event: object) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = self._pictures.card(self._item_id)
        box = QRect(0, 0, self.width(), self.height())
        if card is not None:
            paint_small(painter, self._theme, box, card, self._pictures.image(self._item_id, self.devicePixelRatio()))
        if self.hasFocus() or self.underMouse():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(
                QPen(self._theme.color("accent" if self.hasFocus() else "control"), 2 if self.hasFocus() else 1)
            )
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 3, 3)
