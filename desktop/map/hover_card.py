"""The card beside a point: picture, name, kind. Comes after 250 ms, goes with the pointer, stays when clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.collections.tile_painter import clock, paint_peaks
from desktop.itemmodels.thumbnails import ThumbnailSource, Wish
from desktop.theme import Theme
from desktop.widgets.words import ElidedWords, Words

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from desktop.itemmodels.cards import CardSource
    from engine.values import ItemCard

DELAY_MS = 250
WIDTH = 160
PICTURE = QSize(146, 104)
KIND_WORDS = {"image": "image", "audio": "sound", "text": "text"}


class HoverCard(QFrame):
    """A child of the map's canvas. `point_at` starts the wait, `leave` ends it, `keep` pins the card."""

    def __init__(self, bridge: EngineBridge, theme: Theme, cards: CardSource, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("map_hover_card")
        self.setAccessibleName("Item under the pointer")
        self.setProperty("card", "true")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedWidth(WIDTH)
        self._canvas = parent
        self._theme = theme
        self._cards = cards
        self._pictures = ThumbnailSource(bridge, self)
        self.item: int | None = None
        self.kept = False
        self._spot = QPoint()
        self.picture = _Preview(theme)
        self.name = ElidedWords(theme, role="strong")
        self.kind = Words(theme, role="small", tone="muted")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.name, 1)
        row.addWidget(self.kind)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 6, 6, 6)
        column.setSpacing(4)
        column.addWidget(self.picture)
        column.addLayout(row)
        self._wait = QTimer(self, singleShot=True, interval=DELAY_MS)
        self._wait.timeout.connect(self._appear)
        cards.arrived.connect(self._fill)
        self._pictures.arrived.connect(self._fill)
        self.hide()

    def point_at(self, item: int, spot: QPoint) -> None:
        """The pointer rests on an item; after a moment its card comes up beside `spot` (pixels of the canvas)."""
        if self.kept:
            return
        self._spot = spot
        if item != self.item:
            self.hide()
            self.item = item
            self._wait.start()

    def leave(self) -> None:
        """The pointer left; a kept card stays."""
        if not self.kept:
            self._close()

    def keep(self, item: int, spot: QPoint) -> None:
        """Clicked: the card comes at once and stays until something else is clicked."""
        self.kept, self.item, self._spot = True, item, spot
        self._appear()

    def release(self) -> None:
        """Let go of a kept card."""
        self.kept = False
        self._close()

    def _close(self) -> None:
        self._wait.stop()
        self.item = None
        self.hide()

    def _appear(self) -> None:
        if self.item is None:
            return
        self._wait.stop()
        self._cards.want((self.item,))
        self._fill()

    def _fill(self) -> None:
        if self.item is None or self._wait.isActive():
            return
        card = self._cards.card(self.item)
        if card is None:
            return
        ratio = self.devicePixelRatioF()
        width, height = round(PICTURE.width() * ratio), round(PICTURE.height() * ratio)
        picture = None
        if card.kind != "text":
            self._pictures.want([Wish(card.id, card.kind, width, height, ratio)])
            picture = self._pictures.picture(card.id, width)
        self.picture.show_card(card, picture)
        self.name.setText(card.name)
        length = f" {clock(card.seconds)}" if card.kind == "audio" and card.seconds else ""
        self.kind.setText(KIND_WORDS[card.kind] + length)
        self.setAccessibleDescription(f"{card.name}, {self.kind.text()}")
        self.adjustSize()
        self.move(self._beside())
        self.show()
        self.raise_()

    def _beside(self) -> QPoint:
        """Right of the point where there is room, else left; never outside the canvas."""
        area = self._canvas.rect()
        x = self._spot.x() + 14
        if x + self.width() > area.right() - 4:
            x = self._spot.x() - 14 - self.width()
        y = self._spot.y() - self.height() // 3
        return QPoint(max(4, x), max(4, min(y, area.bottom() - 4 - self.height())))


class _Preview(QWidget):
    """The upper part of the card."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._card: ItemCard | None = None
        self._picture: QImage | np.ndarray | None = None
        self.setFixedSize(PICTURE)

    def show_card(self, card: ItemCard, picture: QImage | np.ndarray | None) -> None:
        self._card, self._picture = card, picture
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        card, picture = self._card, self._picture
        if card is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        second = card.mat == (2 if self._theme.tokens.dark else 3)
        painter.setBrush(self._theme.color("second_mat" if second else "mat"))
        painter.drawRoundedRect(QRectF(self.rect()), 4, 4)
        if isinstance(picture, QImage):
            size = picture.deviceIndependentSize()
            painter.drawImage(
                QRectF(
                    (self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(), size.height()
                ),
                picture,
            )
        elif card.kind == "audio":
            peaks = picture if isinstance(picture, np.ndarray) else np.empty(0, np.float32)
            paint_peaks(painter, QRectF(self.rect()).adjusted(10, 22, -10, -22), peaks, self._theme.color("muted"))
        elif card.kind == "text":
            painter.setFont(self._theme.font("small"))
            painter.setPen(self._theme.color("text"))
            painter.drawText(
                self.rect().adjusted(8, 6, -8, -6), int(Qt.TextFlag.TextWordWrap), (card.text or card.name)[:220]
            )
