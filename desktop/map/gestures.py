"""What a drag over the map means: pan, lasso or rectangle. A gesture collects pixels and draws itself."""

from __future__ import annotations

from typing import Literal, Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from desktop.theme import Theme

Tool = Literal["pan", "lasso", "rectangle"]
Combine = Literal["set", "add", "remove", "intersect"]
LEAST_STEP = 2.0  # pixels between two corners of a lasso


class Gesture(Protocol):
    """A drag that selects. `polygon` is (m, 2) pixels."""

    def move(self, at: QPointF) -> None: ...

    def polygon(self) -> np.ndarray: ...

    def paint(self, painter: QPainter, theme: Theme) -> None: ...


class Lasso:
    """A free line that closes by itself."""

    def __init__(self, start: QPointF) -> None:
        self._corners = [start]

    def move(self, at: QPointF) -> None:
        last = self._corners[-1]
        if abs(at.x() - last.x()) + abs(at.y() - last.y()) >= LEAST_STEP:
            self._corners.append(at)

    def polygon(self) -> np.ndarray:
        return np.array([(corner.x(), corner.y()) for corner in self._corners], dtype=np.float64)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        _dress(painter, theme)
        painter.drawPolygon(QPolygonF(self._corners))


class Rectangle:
    """From corner to corner."""

    def __init__(self, start: QPointF) -> None:
        self._start = self._end = start

    def move(self, at: QPointF) -> None:
        self._end = at

    def polygon(self) -> np.ndarray:
        a, b = self._start, self._end
        return np.array([(a.x(), a.y()), (b.x(), a.y()), (b.x(), b.y()), (a.x(), b.y())], dtype=np.float64)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        _dress(painter, theme)
        painter.drawRect(QRectF(self._start, self._end).normalized())


def combine_of(modifiers: Qt.KeyboardModifier) -> Combine:
    """Shift adds, Ctrl takes away, both intersect."""
    shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
    ctrl = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
    if shift and ctrl:
        return "intersect"
    return "add" if shift else "remove" if ctrl else "set"


def _dress(painter: QPainter, theme: Theme) -> None:
    fill = QColor(theme.color("accent"))
    fill.setAlphaF(0.10)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(fill)
    painter.setPen(QPen(theme.color("accent"), 1.5))
