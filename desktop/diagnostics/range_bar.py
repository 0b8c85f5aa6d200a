"""A number on its scale: the good range tinted, the number as an upright mark, its interval as a thin band."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme import Theme
from engine.evidence import Measure

HEIGHT, THICK = 24, 4


class RangeBar(QWidget):
    """Says the same in words to screen readers."""

    def __init__(self, theme: Theme, measure: Measure) -> None:
        super().__init__()
        self._theme, self._measure = theme, measure
        self.setMinimumWidth(80)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(_said(measure))
        self.setToolTip(_said(measure))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(160, HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        low, high = self._measure.scale
        wide = (high - low) or 1.0

        def at(value: float) -> float:
            return 2 + (self.width() - 4) * min(1.0, max(0.0, (value - low) / wide))

        middle = self.height() / 2
        painter.fillRect(QRectF(2, middle - THICK / 2, self.width() - 4, THICK), self._theme.color("line"))
        good = self._measure.good
        if good != (None, None):
            left = at(good[0]) if good[0] is not None else 2.0
            right = at(good[1]) if good[1] is not None else self.width() - 2.0
            tint = self._theme.color("likely")
            tint.setAlpha(255 if self._theme.tokens.high_contrast else 150)
            painter.fillRect(QRectF(left, middle - THICK / 2, right - left, THICK), tint)
        if self._measure.interval is not None:
            first, last = (at(value) for value in self._measure.interval)
            painter.fillRect(QRectF(first, middle - 1, max(1.0, last - first), 2), self._theme.color("muted"))
        if self._measure.value is not None:
            place = at(self._measure.value)
            painter.setPen(QPen(self._theme.color("text"), 2))
            painter.drawLine(round(place), round(middle - 7), round(place), round(middle + 7))


def _said(measure: Measure) -> str:
    if measure.value is None:
        return f"{measure.title}: {measure.says}"
    low, high = measure.good
    if low is None and high is None:
        return f"{measure.title}: {measure.value:.3g}"
    sides = (
        f"from {low:g} to {high:g}"
        if low is not None and high is not None
        else f"up to {high:g}"
        if low is None
        else f"{low:g} or more"
    )
    return f"{measure.title}: {measure.value:.3g}; good is {sides}"
