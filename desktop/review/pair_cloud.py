"""All close pairs as points, the limits as a box, the pair at hand as a ring."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme import Theme

HEIGHT, LEFT, FOOT = 180, 26, 20


class PairCloud(QWidget):
    """Across: the model in question. Up: the second opinion."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._clip = self._vision = np.empty(0, np.float32)
        self._limits = (0.95, 0.6)
        self._at: tuple[float, float] | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("All close pairs")
        theme.changed.connect(self.update)

    def show_cloud(self, clip: np.ndarray, vision: np.ndarray) -> None:
        self._clip, self._vision = clip, vision
        self.update()

    def show_limits(self, above: float, below: float) -> None:
        self._limits = above, below
        self.update()

    def show_pair(self, clip: float, vision: float) -> None:
        self._at = clip, vision
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("caption"))
        box = QRectF(LEFT, 6, self.width() - LEFT - 8, HEIGHT - FOOT - 6)
        low = float(min(self._clip.min(initial=0.9), self._limits[0]))
        foot = float(min(0.0, self._vision.min(initial=0.0)))

        def place(clip: float, vision: float) -> QPointF:
            return QPointF(
                box.left() + box.width() * (clip - low) / max(1e-6, 1 - low),
                box.bottom() - box.height() * (vision - foot) / (1 - foot),
            )

        above, below = self._limits
        region = QRectF(place(above, below), place(1.0, foot))
        tint = self._theme.color("accent")
        painter.setPen(QPen(tint, 1))
        ground = QColor(tint)
        ground.setAlpha(40)
        painter.setBrush(ground)
        painter.drawRect(region)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("muted"))
        for clip, vision in zip(self._clip.tolist(), self._vision.tolist()):
            painter.drawEllipse(place(clip, vision), 1.2, 1.2)
        if self._at is not None:
            painter.setBrush(self._theme.color("accent"))
            painter.setPen(QPen(self._theme.color("text"), 2))
            painter.drawEllipse(place(*self._at), 5, 5)
        painter.setPen(self._theme.color("muted"))
        painter.drawText(QRectF(0, box.top() - 4, LEFT - 6, 14), int(Qt.AlignmentFlag.AlignRight), "1")
        painter.drawText(QRectF(0, box.bottom() - 10, LEFT - 6, 14), int(Qt.AlignmentFlag.AlignRight), f"{foot:.2g}")
        painter.drawText(QRectF(box.left(), box.bottom() + 4, 60, 14), int(Qt.AlignmentFlag.AlignLeft), f"{low:.2f}")
        painter.drawText(QRectF(box.right() - 60, box.bottom() + 4, 60, 14), int(Qt.AlignmentFlag.AlignRight), "1")
        painter.setPen(QPen(self._theme.color("control"), 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.drawLine(box.topLeft(), box.bottomLeft())
