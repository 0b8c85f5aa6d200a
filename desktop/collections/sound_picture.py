"""A sound as a picture: waveform over spectrogram, the part that was found, and the play head."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.collections.tile_painter import paint_peaks
from desktop.theme import Theme

_WAVE, _SPECTRUM = 64, 110


class SoundPicture(QWidget):
    """Clicking asks to play from there. Everything is in seconds of the sound."""

    clicked = Signal(float)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._peaks = np.empty(0, dtype=np.float32)
        self._levels: np.ndarray | None = None
        self._spectrum: QImage | None = None
        self._seconds = 0.0
        self._segment: tuple[float, float] | None = None
        self._head: float | None = None
        self.setObjectName("soundPicture")
        self.setAccessibleName("Waveform and spectrogram")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_WAVE + _SPECTRUM)
        theme.changed.connect(self._dress)

    def show_sound(self, seconds: float, peaks: np.ndarray, segment: tuple[float, float] | None) -> None:
        self._seconds, self._peaks, self._segment = seconds, peaks, segment
        self._levels = self._spectrum = self._head = None
        self.update()

    def show_spectrum(self, levels: np.ndarray) -> None:
        """(rows, columns) uint8, low tones in the last row, loud is high."""
        self._levels = levels
        self._dress()

    def show_head(self, seconds: float | None) -> None:
        self._head = seconds
        self.update()

    def _dress(self) -> None:
        if self._levels is not None:
            levels = np.ascontiguousarray(self._levels)
            rows, columns = levels.shape
            image = QImage(levels.data, columns, rows, columns, QImage.Format.Format_Indexed8)
            image.setColorTable([color.rgb() for color in _ramp(self._theme)])
            self._spectrum = image.convertToFormat(QImage.Format.Format_RGB32)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._seconds > 0:
            self.clicked.emit(max(0.0, min(1.0, event.position().x() / self.width())) * self._seconds)

    def sizeHint(self) -> QSize:
        return QSize(280, _WAVE + _SPECTRUM)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        shape = QPainterPath()
        shape.addRoundedRect(frame, 4, 4)
        painter.setClipPath(shape)
        painter.fillRect(self.rect(), self._theme.color("raised"))
        below = QRectF(0, _WAVE, self.width(), _SPECTRUM)
        painter.fillRect(below, _ramp(self._theme)[0])
        if self._spectrum is not None:
            painter.drawImage(below, self._spectrum)
        paint_peaks(painter, QRectF(0, 6, self.width(), _WAVE - 12), self._peaks, self._theme.color("muted"))
        if self._segment is not None and self._seconds > 0:
            left, right = (self.width() * at / self._seconds for at in self._segment)
            tint = QColor(self._theme.color("accent"))
            painter.setPen(QPen(tint, 1))
            tint.setAlpha(40)
            painter.setBrush(tint)
            painter.drawRect(QRectF(left + 0.5, 0.5, max(2.0, right - left - 1), self.height() - 1.0))
        if self._head is not None and self._seconds > 0:
            x = self.width() * self._head / self._seconds
            painter.setPen(QPen(self._theme.color("text"), 2))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.setClipping(False)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 4, 4)


def _ramp(theme: Theme) -> list[QColor]:
    """256 colours from the theme's sequential scale, quiet to loud."""
    stops = [QColor(name) for name in theme.tokens.sequential]
    if theme.tokens.dark:
        stops[0] = QColor(stops[0]).darker(140)
    ramp = []
    for level in range(256):
        place = level / 255 * (len(stops) - 1)
        low = min(int(place), len(stops) - 2)
        share = place - low
        a, b = stops[low], stops[low + 1]
        ramp.append(
            QColor(
                round(a.red() + (b.red() - a.red()) * share),
                round(a.green() + (b.green() - a.green()) * share),
                round(a.blue() + (b.blue() - a.blue()) * share),
            )
        )
    return ramp
