"""Paints one tile: picture on its mat, waveform with its length, or the first words of a text; caption, score and marks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPen, QPixmap

from desktop.collections.grid_layout import CAPTION
from desktop.itemmodels.thumbnails import MAT_INSET
from desktop.theme import Theme
from engine.values import ItemCard

_CORNER = 4.0
_WORDS, _BOTH = 2, 3


@dataclass(frozen=True)
class TileState:
    """How a tile stands among the others."""

    selected: bool = False
    focused: bool = False  # reached by keys
    score: float | None = None
    found_by: int = 0
    missing: bool = False  # the library has no picture of it


class TilePainter:
    """Colours and fonts are taken from the theme once; `refresh` takes them again after a change."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._captions: dict[tuple[str, int, int], str] = {}
        self._pixmaps: dict[tuple[str, str, int, float], QPixmap] = {}
        self.refresh()

    def refresh(self) -> None:
        color = self._theme.color
        self._captions.clear()
        self._pixmaps.clear()
        self._mat, self._second_mat = color("mat"), color("second_mat")
        self._raised, self._line, self._hover = color("raised"), color("line"), color("hover")
        self._text, self._muted, self._accent = color("text"), color("muted"), color("accent")
        self._on_accent, self._surface = color("on_accent"), color("surface")
        self._caption_font = self._theme.font("caption")
        self._words_font = self._theme.font("small")
        self._caption_metrics = QFontMetrics(self._caption_font)
        self._dark = self._theme.tokens.dark
        self.caption = max(CAPTION, self._caption_metrics.height() + 1)  # grows with the size of type

    def paint(
        self,
        painter: QPainter,
        place: QRect,
        card: ItemCard | None,
        picture: QImage | np.ndarray | None,
        state: TileState,
    ) -> None:
        """Draw a tile in `place`, the picture's rectangle with the caption line below it."""
        frame = place.adjusted(0, 0, 0, -self.caption)
        if card is None:
            self._ground(painter, frame, self._mat)
        else:
            if card.hidden or card.flag < 0:
                painter.setOpacity(0.45)
            self._paint_content(painter, frame, card, picture, state)
            painter.setOpacity(1.0)
            self._paint_marks(painter, frame, card)
            self._paint_caption(painter, place, card, state)
        if state.selected or state.focused:
            self._outline(painter, frame)
        if state.selected:
            self._tick(painter, frame)

    def _paint_content(
        self, painter: QPainter, frame: QRect, card: ItemCard, picture: QImage | np.ndarray | None, state: TileState
    ) -> None:
        if card.kind == "image":
            if isinstance(picture, QImage):
                if card.mat:
                    self._ground(painter, frame, self.mat_of(card))
                self._paint_picture(painter, frame, picture, inset=MAT_INSET if card.mat else 0)
            else:
                self._ground(painter, frame, self._mat)
                if state.missing:
                    self._icon(painter, "ph.warning", "warn", QPointF(frame.center()), 20)
            return
        self._card_ground(painter, frame)
        corner = QPointF(frame.left() + 14, frame.top() + 13)
        if card.kind == "audio":
            self._icon(painter, "mdi6.waveform", "muted", corner, 14)
            peaks = picture if isinstance(picture, np.ndarray) else np.empty(0, dtype=np.float32)
            area = QRectF(frame).adjusted(8, frame.height() * 0.28, -8, -frame.height() * 0.2)
            paint_peaks(painter, area, peaks, self._muted)
            if card.seconds is not None:
                painter.setFont(self._caption_font)
                painter.setPen(self._muted)
                painter.drawText(
                    frame.adjusted(0, 0, -6, -4),
                    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom,
                    clock(card.seconds),
                )
        else:
            self._icon(painter, "ph.text-align-left", "muted", corner, 14)
            self._paint_words(painter, frame.adjusted(9, 25, -8, -5), card.text or card.name)

    def mat_of(self, card: ItemCard) -> QColor:
        """The second mat where the picture would drown in the first: mostly dark on dark, mostly light on light."""
        return self._second_mat if card.mat == (2 if self._dark else 3) else self._mat

    def _paint_picture(self, painter: QPainter, frame: QRect, picture: QImage, inset: int) -> None:
        size = picture.deviceIndependentSize()
        scale = min(
            1.0,
            (frame.width() - 2 * inset) / max(1.0, size.width()),
            (frame.height() - 2 * inset) / max(1.0, size.height()),
        )
        width, height = size.width() * scale, size.height() * scale
        left, top = frame.left() + (frame.width() - width) / 2, frame.top() + (frame.height() - height) / 2
        if scale == 1.0:
            painter.drawImage(QPointF(round(left), round(top)), picture)
        else:
            painter.drawImage(QRectF(left, top, width, height), picture)

    def _paint_words(self, painter: QPainter, area: QRect, words: str) -> None:
        painter.setFont(self._words_font)
        painter.setPen(self._text)
        painter.save()
        lines = max(1, area.height() // QFontMetrics(self._words_font).lineSpacing())
        painter.setClipRect(
            area.adjusted(0, 0, 0, lines * QFontMetrics(self._words_font).lineSpacing() - area.height())
        )
        painter.drawText(area, Qt.TextFlag.TextWordWrap, words[:240])
        painter.restore()

    def _paint_caption(self, painter: QPainter, place: QRect, card: ItemCard, state: TileState) -> None:
        line = QRect(place.left(), place.bottom() - self.caption + 2, place.width(), self.caption)
        painter.setFont(self._caption_font)
        right = line.right()
        if state.score is not None:
            score = "words" if np.isnan(state.score) else f"{state.score:.3f}"
            width = self._caption_metrics.horizontalAdvance(score)
            painter.setPen(self._text)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, score)
            right -= width + 6
            if state.found_by in (_WORDS, _BOTH) and not np.isnan(state.score):
                self._icon(painter, "ph.text-aa", "muted", QPointF(right - 6, line.center().y() + 1), 12)
                right -= 16
        name = "Cannot be shown" if state.missing and card.kind == "image" else card.name
        painter.setPen(self._text if state.selected else self._muted)
        painter.drawText(
            QRect(line.left(), line.top(), right - line.left(), line.height()),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine,
            self._elided(name, right - line.left()),
        )

    def _paint_marks(self, painter: QPainter, frame: QRect, card: ItemCard) -> None:
        """Flag and colour label at the top right, each with a sign of its own, never colour alone."""
        x = frame.right() - 10
        if card.flag:
            self._badge(painter, x, frame.top() + 11)
            name, token = ("ph.flag-fill", "success") if card.flag > 0 else ("ph.x-bold", "error")
            self._icon(painter, name, token, QPointF(x, frame.top() + 11), 11)
            x -= 20
        if card.label:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(label_color(self._theme, card.label))
            box = QRectF(x - 8, frame.top() + 3, 16, 16)
            painter.drawRoundedRect(box, 3, 3)
            painter.setPen(self._theme.color("canvas"))
            painter.setFont(self._caption_font)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(card.label))

    def _badge(self, painter: QPainter, x: float, y: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._surface)
        painter.drawEllipse(QPointF(x, y), 8.5, 8.5)

    def _ground(self, painter: QPainter, frame: QRect, color: QColor, edge: QColor | None = None) -> None:
        """A rounded ground; drawn once for each colour and size, as smooth corners cost more than all the rest of a tile."""
        ratio = painter.device().devicePixelRatioF()
        key = (color.name(), edge.name() if edge else "", frame.width() * 10_000 + frame.height(), ratio)
        pixmap = self._pixmaps.get(key)
        if pixmap is None:
            pixmap = QPixmap(frame.size() * ratio)
            pixmap.setDevicePixelRatio(ratio)
            pixmap.fill(Qt.GlobalColor.transparent)
            brush = QPainter(pixmap)
            brush.setRenderHint(QPainter.RenderHint.Antialiasing)
            brush.setPen(QPen(edge, 1) if edge else Qt.PenStyle.NoPen)
            brush.setBrush(color)
            inset = 0.5 if edge else 0.0
            place = QRectF(0, 0, frame.width(), frame.height()).adjusted(inset, inset, -inset, -inset)
            brush.drawRoundedRect(place, _CORNER, _CORNER)
            brush.end()
            self._pixmaps[key] = pixmap
        painter.drawPixmap(frame.topLeft(), pixmap)

    def _card_ground(self, painter: QPainter, frame: QRect) -> None:
        self._ground(painter, frame, self._raised, self._line)

    def _outline(self, painter: QPainter, frame: QRect) -> None:
        painter.setPen(QPen(self._accent, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(frame).adjusted(-2, -2, 2, 2), _CORNER + 2, _CORNER + 2)

    def _tick(self, painter: QPainter, frame: QRect) -> None:
        middle = QPointF(frame.left() + 14, frame.top() + 14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._accent)
        painter.drawEllipse(middle, 8, 8)
        painter.setPen(
            QPen(self._on_accent, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.drawPolyline([middle + QPointF(-3.4, 0.2), middle + QPointF(-1.0, 2.7), middle + QPointF(3.6, -2.5)])

    def _icon(self, painter: QPainter, name: str, token: str, middle: QPointF, size: int) -> None:
        ratio = painter.device().devicePixelRatioF()
        key = (name, token, size, ratio)
        pixmap = self._pixmaps.get(key)
        if pixmap is None:
            pixmap = self._pixmaps[key] = self._theme.icon(name, token).pixmap(QSize(size, size), ratio)
        painter.drawPixmap(QPointF(round(middle.x() - size / 2), round(middle.y() - size / 2)), pixmap)

    def _elided(self, name: str, width: int) -> str:
        key = (name, width, 0)
        found = self._captions.get(key)
        if found is None:
            if len(self._captions) > 20_000:
                self._captions.clear()
            found = self._captions[key] = self._caption_metrics.elidedText(name, Qt.TextElideMode.ElideRight, width)
        return found


def paint_peaks(
    painter: QPainter, area: QRectF, peaks: np.ndarray, color: QColor, bar: float = 2.0, pitch: float = 3.0
) -> None:
    """Bars of a waveform around the middle of `area`; `peaks` are 0 to 1, any number of them."""
    bars = int(area.width() // pitch)
    if bars < 1:
        return
    if len(peaks):
        edges = np.linspace(0, len(peaks), bars + 1).astype(int)
        heights = np.array([peaks[a : max(a + 1, b)].max(initial=0.0) for a, b in pairwise(edges)])
        heights = heights / max(0.05, float(heights.max()))
    else:
        heights = np.zeros(bars)
    middle = area.center().y()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    left = area.left() + (area.width() - bars * pitch) / 2
    painter.drawRects(
        [
            QRectF(left + number * pitch, middle - half, bar, 2 * half)
            for number, half in enumerate(np.maximum(0.75, heights * area.height() / 2).tolist())
        ]
    )


def label_color(theme: Theme, label: int) -> QColor:
    """Colour labels 6 to 9: red, yellow, green, blue, from the map's colours."""
    slots = {6: 6, 7: 4, 8: 2, 9: 0} if theme.tokens.dark else {6: 3, 7: 1, 8: 8, 9: 0}
    return QColor(theme.tokens.map_colours[slots.get(label, 0)])


def clock(seconds: float) -> str:
    """Minutes and seconds as people write them: 0:09, 1:04:30."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"
