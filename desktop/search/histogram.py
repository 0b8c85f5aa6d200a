"""Where the good results stop: how all items score, with the two limits. Bar heights are logarithmic."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme import Theme
from engine.values import Hits

_BARS, _FOOT = 92, 20


class ScoreHistogram(QWidget):
    """Bars take the colour of the band they fall into; the limits are dashed lines with their figures."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._edges = np.empty(0)
        self._counts = np.empty(0)
        self._limits: tuple[float, float] | None = None
        self.setObjectName("scoreHistogram")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_BARS + _FOOT)
        theme.changed.connect(self.update)

    def show_hits(self, hits: Hits) -> None:
        if hits.histogram is None:
            self._edges = self._counts = np.empty(0)
        else:
            self._edges, self._counts = np.asarray(hits.histogram[0]), np.asarray(hits.histogram[1])
        self._limits = hits.limits
        limits = f"; likely from {hits.limits[0]:.3f}, unsure from {hits.limits[1]:.3f}" if hits.limits else ""
        self.setAccessibleName(f"Scores of {int(self._counts.sum()):,} items{limits}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(234, _BARS + _FOOT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.font("caption"))
        painter.setPen(QPen(self._theme.color("control"), 1))
        painter.drawLine(QPointF(0, _BARS + 0.5), QPointF(self.width(), _BARS + 0.5))
        if not len(self._counts) or not self._counts.any():
            return
        low, high = float(self._edges[0]), float(self._edges[-1])
        heights = np.log1p(self._counts) / np.log1p(self._counts.max())
        pitch = self.width() / len(self._counts)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, height in enumerate(heights.tolist()):
            if height > 0:
                painter.setBrush(self._theme.color(self._token(float(self._edges[place]))))
                tall = max(1.0, height * (_BARS - 8))
                painter.drawRect(QRectF(place * pitch, _BARS - tall, max(1.0, pitch - 1), tall))
        painter.setPen(self._theme.color("muted"))
        metrics = painter.fontMetrics()
        taken = float(metrics.horizontalAdvance("score")) + 6
        painter.drawText(QPointF(0, _BARS + 14), "score")
        if self._limits is None or high <= low:
            return
        right_end = float(self.width())
        for limit, token in (
            (self._limits[0], "likely"),
            (self._limits[1], "unsure"),
        ):  # from the right, so that figures give way
            x = (limit - low) / (high - low) * self.width()
            if not 0 <= x <= self.width():
                continue
            painter.setPen(QPen(self._theme.color(token), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, 0), QPointF(x, _BARS))
            words = f"{limit:.3f}"
            wide = metrics.horizontalAdvance(words)
            left = min(max(x - wide / 2, taken), right_end - wide)
            painter.setPen(self._theme.color("muted"))
            painter.drawText(QPointF(left, _BARS + 14), words)
            right_end = left - 6

    def _token(self, score: float) -> str:
        if self._limits is None:
            return "unlikely"
        return "likely" if score >= self._limits[0] else "unsure" if score >= self._limits[1] else "unlikely"
