"""Five stars that can be clicked or set by keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop.theme import Theme

_EDGE, _STEP = 14, 16


class StarRow(QWidget):
    """`chosen` tells how many stars the user set; clicking the last full star takes all away."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._stars = 0
        self._under: int | None = None
        self.setObjectName("starRow")
        self.setFixedSize(QSize(5 * _STEP, 24))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        theme.changed.connect(self.update)
        self.show_stars(0)

    @property
    def stars(self) -> int:
        return self._stars

    def show_stars(self, stars: int) -> None:
        self._stars = stars
        self.setAccessibleName(f"{stars} of 5 stars")
        self.setToolTip(f"{stars} of 5 stars (0-5)")
        self.update()

    def _star_at(self, event: QMouseEvent) -> int:
        return min(5, max(1, int(event.position().x()) // _STEP + 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._under = self._star_at(event)
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._under = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        star = self._star_at(event)
        self.chosen.emit(0 if star == self._stars else star)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self.chosen.emit(min(5, max(0, self._stars + step)))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        lit = self._under or self._stars
        for star in range(5):
            icon = self._theme.icon("ph.star-fill" if star < lit else "ph.star", "text" if star < lit else "muted")
            place = QPointF(star * _STEP + 1, (self.height() - _EDGE) / 2)
            painter.drawPixmap(place, icon.pixmap(QSize(_EDGE, _EDGE), self.devicePixelRatioF()))
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.drawRoundedRect(QRect(1, 1, self.width() - 2, self.height() - 2), 4, 4)
