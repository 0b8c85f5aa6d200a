"""A plot of evidence on a card: bars, lines or points with axes, marks and a legend. Painted, so that it follows theme and size."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.words import Words
from engine.evidence import Plot, Series

LEFT, RIGHT, TOP, FOOT = 8, 8, 8, 22
HEIGHT = 132
LEGEND = 18


class ChartCard(QFrame):
    """A `Plot` part: title, what the axes mean, the picture."""

    def __init__(self, theme: Theme, plot: Plot) -> None:
        super().__init__()
        self.setProperty("card", "true")
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 10)
        column.setSpacing(2)
        column.addWidget(Words(theme, plot.title, "strong"))
        note = plot.note or " · ".join(part for part in (f"across: {plot.across}", f"up: {plot.up}") if part)
        column.addWidget(Words(theme, note, "small", "muted", wrap=True))
        column.addWidget(Chart(theme, plot))


class Chart(QWidget):
    """The picture alone."""

    def __init__(self, theme: Theme, plot: Plot) -> None:
        super().__init__()
        self._theme, self._plot = theme, plot
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(HEIGHT + (LEGEND if len(plot.series) > 1 else 0))
        self.setAccessibleName(
            f"{plot.title}: {plot.up} over {plot.across}, {', '.join(one.name for one in plot.series)}"
        )
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(280, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("caption"))
        top = TOP + (LEGEND if len(self._plot.series) > 1 else 0)
        box = QRectF(LEFT, top, self.width() - LEFT - RIGHT, self.height() - top - FOOT)
        across = [x for one in self._plot.series for x in one.x] + [x for x, _ in self._plot.marks]
        up = [self._height(y) for one in self._plot.series for y in (*one.y, *one.high) if math.isfinite(y)]
        if not across or not up:
            return
        first, last = _spread(min(across), max(across))
        low = min(0.0, *up) if self._plot.form != "points" and not self._plot.logarithmic else min(up)
        low, high = _spread(low, max(up))

        def place(x: float, y: float) -> QPointF:
            return QPointF(
                box.left() + box.width() * (x - first) / (last - first),
                box.bottom() - box.height() * (self._height(y) - low) / (high - low),
            )

        self._axis(painter, box, first, last)
        for number, series in enumerate(self._plot.series):
            self._draw(painter, series, self._color(number), place, box)
        self._marks(painter, box, place)
        if len(self._plot.series) > 1:
            self._legend(painter)

    def _height(self, value: float) -> float:
        return math.log10(max(value, 1e-12)) if self._plot.logarithmic else value

    def _color(self, number: int) -> QColor:
        """One series stands in the accent; the first of several that are compared is grey, as what is usual is."""
        if len(self._plot.series) == 1:
            return self._theme.color("accent")
        order = ("muted", "accent", "likely", "warn", "error", "unsure")
        return self._theme.color(order[number % len(order)])

    def _draw(
        self, painter: QPainter, series: Series, color: QColor, place: Callable[[float, float], QPointF], box: QRectF
    ) -> None:
        points = [place(x, y) for x, y in zip(series.x, series.y) if math.isfinite(y)]
        if series.low and series.high:
            painter.setPen(QPen(color, 1))
            for x, low, high in zip(series.x, series.low, series.high):
                painter.drawLine(place(x, low), place(x, high))
        if self._plot.form == "bars" and not (len(self._plot.series) > 1 and series is not self._plot.series[0]):
            wide = max(1.0, box.width() / max(1, len(points)) - 1.5)
            for point in points:
                painter.fillRect(QRectF(point.x() - wide / 2, point.y(), wide, box.bottom() - point.y()), color)
        elif self._plot.form == "points":
            painter.setPen(Qt.PenStyle.NoPen)
            faint = QColor(color)
            faint.setAlpha(160 if len(points) < 400 else 90)
            painter.setBrush(faint)
            radius = 4.0 if len(points) == 1 else 2.0
            for point in points:
                painter.drawEllipse(point, radius, radius)
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(color, 1.8))
            path = QPainterPath()
            path.addPolygon(QPolygonF(points))
            painter.drawPath(path)

    def _axis(self, painter: QPainter, box: QRectF, first: float, last: float) -> None:
        painter.setPen(QPen(self._theme.color("control"), 1))
        painter.drawLine(QPointF(box.left(), box.bottom() + 0.5), QPointF(box.right(), box.bottom() + 0.5))
        painter.setPen(self._theme.color("muted"))
        for value in round_numbers(first, last):
            x = box.left() + (value - first) / (last - first) * box.width()
            left = min(max(x - 30, 0.0), self.width() - 60.0)
            align = (
                Qt.AlignmentFlag.AlignLeft
                if left > x - 30
                else Qt.AlignmentFlag.AlignRight
                if left < x - 30
                else Qt.AlignmentFlag.AlignHCenter
            )
            painter.drawText(QRectF(left, box.bottom() + 4, 60, 16), int(align), f"{value:g}".replace("-", "−"))

    def _marks(self, painter: QPainter, box: QRectF, place: Callable[[float, float], QPointF]) -> None:
        metrics = painter.fontMetrics()
        for x, words in self._plot.marks:
            at = place(x, self._plot.series[0].y[0]).x()
            painter.setPen(QPen(self._theme.color("muted"), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(at, box.top()), QPointF(at, box.bottom()))
            wide = metrics.horizontalAdvance(words)
            left = at + 4 if at + 4 + wide < box.right() else at - 4 - wide
            painter.setPen(self._theme.color("text"))
            painter.drawText(QPointF(left, box.top() + metrics.ascent()), words)

    def _legend(self, painter: QPainter) -> None:
        x, metrics = float(LEFT), painter.fontMetrics()
        for number, series in enumerate(self._plot.series):
            painter.fillRect(QRectF(x, 7, 10, 3), self._color(number))
            painter.setPen(self._theme.color("muted"))
            painter.drawText(QPointF(x + 14, 12), series.name)
            x += 14 + metrics.horizontalAdvance(series.name) + 14


def round_numbers(first: float, last: float) -> list[float]:
    """Three to six round numbers from `first` to `last`, in steps of 1, 2 or 5 times a power of ten."""
    rough = (last - first) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= rough * 0.99)
    start = math.ceil(first / step - 1e-9)
    return [round(number * step, 12) for number in range(start, math.floor(last / step + 1e-9) + 1)]


def _spread(low: float, high: float) -> tuple[float, float]:
    """The same range, or a little one around a single value."""
    return (low, high) if high > low else (low - 0.5, high + 0.5)
