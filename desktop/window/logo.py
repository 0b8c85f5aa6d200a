"""The mark of Sightline: a point and the cone of what it sees. Painted, so that it takes the theme's colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from desktop.theme import Theme


def paint_logo(painter: QPainter, box: QRectF, colour: QColor) -> None:
    """Draw the mark into a square."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    edge = box.width()

    def at(x: float, y: float) -> QPointF:
        return QPointF(box.x() + x * edge, box.y() + y * edge)

    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(at(0.14, 0.5), edge * 0.1, edge * 0.1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(
        QPen(colour, edge * 0.085, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    painter.drawPolyline(QPolygonF([at(0.86, 0.16), at(0.4, 0.42), at(0.4, 0.58), at(0.86, 0.84)]))
    painter.drawArc(QRectF(at(0.7, 0.13), at(0.94, 0.87)), -72 * 16, 144 * 16)


def logo_icon(theme: Theme) -> QIcon:
    """The mark as the window's icon."""
    icon = QIcon()
    for edge in (16, 24, 32, 48, 64, 128):
        picture = QPixmap(QSize(edge, edge))
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        paint_logo(painter, QRectF(0, 0, edge, edge), theme.color("accent"))
        painter.end()
        icon.addPixmap(picture)
    return icon


class Logo(QWidget):
    """The mark in the accent colour."""

    def __init__(self, theme: Theme, edge: int = 20) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(edge, edge)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_logo(QPainter(self), QRectF(self.rect()), self._theme.color("accent"))
