"""A thin bar of one share. Painted, so that it repaints itself only."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.theme import Theme


class ProgressLine(QWidget):
    """4 px high in bars, 6 on a page. `None` shows a full, pale bar: under way, length unknown."""

    def __init__(self, theme: Theme, height: int = 4, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._share: float | None = 0.0
        self.setFixedHeight(height)
        self.setAccessibleName("Progress")
        theme.changed.connect(self.update)

    @property
    def share(self) -> float | None:
        return self._share

    def set_share(self, share: float | None) -> None:
        if share != self._share:
            self._share = share
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track, radius = QRectF(self.rect()), self.height() / 2
        painter.setBrush(self._theme.color("line"))
        painter.drawRoundedRect(track, radius, radius)
        colour = self._theme.color("accent")
        if self._share is None:
            colour.setAlphaF(0.45)
        else:
            track.setWidth(max(track.height() if self._share else 0.0, track.width() * self._share))
        painter.setBrush(colour)
        painter.drawRoundedRect(track, radius, radius)
