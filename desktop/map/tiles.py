"""Tiles on the map: small pictures, waveforms and first words that stand at their points."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPen, QPixmap

from desktop.collections.tile_painter import paint_peaks
from desktop.itemmodels.thumbnails import ThumbnailSource, Wish
from desktop.theme import Theme

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from desktop.itemmodels.cards import CardSource
    from engine.values import ItemCard

KEPT = 1200
CORNER = 4.0
WORDS_FROM = 56  # pixels: smaller tiles show a sign instead of words


class TileSource(QObject):
    """Ready-drawn tiles by item and size. A tile that is not there yet is None and is asked for by `want`."""

    arrived = Signal()

    def __init__(self, bridge: EngineBridge, theme: Theme, cards: CardSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._cards = cards
        self._pictures = ThumbnailSource(bridge, self)
        self._drawn: OrderedDict[tuple[int, int, float], QPixmap] = OrderedDict()
        self._wanted: tuple[tuple[int, ...], int, float] = ((), 0, 1.0)
        self._pictures.arrived.connect(self._take_more)
        cards.arrived.connect(self._take_more)
        theme.changed.connect(self._forget)

    def want(self, ids: Sequence[int], edge: int, ratio: float) -> None:
        """What is on screen now, most important first; tiles are `edge` pixels square."""
        self._wanted = (tuple(ids), edge, ratio)
        self._cards.want(ids)
        self._wish()

    def tile(self, item_id: int, edge: int, ratio: float) -> QPixmap | None:
        key = (item_id, edge, ratio)
        found = self._drawn.get(key)
        if found is not None:
            self._drawn.move_to_end(key)
            return found
        card = self._cards.card(item_id)
        if card is None:
            return None
        inner = round((edge - 2) * ratio)
        picture = self._pictures.picture(item_id, inner)
        if picture is None and card.kind != "text" and not self._pictures.is_missing(item_id, inner):
            return None
        drawn = self._draw(card, picture, edge, ratio)
        self._drawn[key] = drawn
        while len(self._drawn) > KEPT:
            self._drawn.popitem(last=False)
        return drawn

    def _wish(self) -> None:
        ids, edge, ratio = self._wanted
        inner = round((edge - 2) * ratio)
        cards = (self._cards.card(item) for item in ids)
        self._pictures.want(
            Wish(card.id, card.kind, inner, inner, ratio) for card in cards if card is not None and card.kind != "text"
        )

    def _take_more(self) -> None:
        self._wish()
        self.arrived.emit()

    def _forget(self) -> None:
        self._drawn.clear()
        self.arrived.emit()

    def forget(self, ids: Iterable[int]) -> None:
        """These have another picture now."""
        gone = set(ids)
        for key in [key for key in self._drawn if key[0] in gone]:
            del self._drawn[key]

    def _draw(self, card: ItemCard, picture: QImage | np.ndarray | None, edge: int, ratio: float) -> QPixmap:
        tile = QPixmap(round(edge * ratio), round(edge * ratio))
        tile.setDevicePixelRatio(ratio)
        tile.fill(Qt.GlobalColor.transparent)
        painter = QPainter(tile)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(0.5, 0.5, edge - 1, edge - 1)
        second = card.mat == (2 if self._theme.tokens.dark else 3)
        ground = ("second_mat" if second else "mat") if card.kind == "image" else "raised"
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(ground))
        painter.drawRoundedRect(frame, CORNER, CORNER)
        if isinstance(picture, QImage):
            size = picture.deviceIndependentSize()
            inset = 3 if card.mat else 1
            scale = min((edge - 2 * inset) / max(1.0, size.width()), (edge - 2 * inset) / max(1.0, size.height()), 2.0)
            width, height = size.width() * scale, size.height() * scale
            painter.drawImage(QRectF((edge - width) / 2, (edge - height) / 2, width, height), picture)
        elif card.kind == "audio":
            peaks = picture if isinstance(picture, np.ndarray) else np.empty(0, np.float32)
            inset = 6 if edge >= WORDS_FROM else 4
            area = QRectF(inset, edge * 0.22, edge - 2 * inset, edge * 0.56)
            paint_peaks(painter, area, peaks, self._theme.color("muted"), 2.0 if edge >= WORDS_FROM else 1.5)
        elif card.kind == "text" and edge >= WORDS_FROM:
            self._write(painter, QRect(6, 5, edge - 11, edge - 9), card.text or card.name)
        else:
            name = "ph.text-align-left" if card.kind == "text" else "ph.image"
            icon = self._theme.icon(name, "muted").pixmap(QSize(16, 16), ratio)
            painter.drawPixmap(QPointF((edge - 16) / 2, (edge - 16) / 2), icon)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("control" if self._theme.tokens.high_contrast else "line"), 1))
        painter.drawRoundedRect(frame, CORNER, CORNER)
        painter.end()
        return tile

    def _write(self, painter: QPainter, area: QRect, words: str) -> None:
        font = self._theme.font("caption")
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(self._theme.color("text"))
        lines = max(1, area.height() // metrics.lineSpacing())
        painter.save()
        painter.setClipRect(area.adjusted(0, 0, 0, lines * metrics.lineSpacing() - area.height()))
        painter.drawText(area, int(Qt.TextFlag.TextWordWrap), words[:160])
        painter.restore()
