"""Rings round selected points: 2 px in `text` over a halo in `canvas`, the point's own colour inside."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from desktop.map.marks import SIZES, mark_path
from desktop.theme import Theme

RING = 2.0
HALO = 4.5
MOST_RINGS = 1500  # beyond this rings would hide one another; colour against grey then tells what is selected
FEW = 60
FEW_SCALE = 1.3  # a handful of selected points may be somewhat larger: there is room


class RingPainter:
    """Draws rings from a picture per kind, colour and size."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._pictures: dict[tuple[int, int, bool, float], QPixmap] = {}
        theme.changed.connect(self._pictures.clear)

    def paint(
        self, painter: QPainter, pixels: np.ndarray, kinds: np.ndarray, slots: np.ndarray, palette: np.ndarray
    ) -> bool:
        """Ring the points at `pixels` (n, 2); says whether they were few enough to be ringed."""
        if len(pixels) > MOST_RINGS:
            return False
        few = len(pixels) <= FEW
        ratio = painter.device().devicePixelRatioF()
        for (x, y), kind, slot in zip(pixels.tolist(), kinds.tolist(), slots.tolist()):
            picture = self._picture(kind, slot, few, ratio, palette)
            half = picture.deviceIndependentSize().width() / 2
            painter.drawPixmap(QPointF(x - half, y - half), picture)
        return True

    def recolour(self) -> None:
        """The palette changed."""
        self._pictures.clear()

    def _picture(self, kind: int, slot: int, few: bool, ratio: float, palette: np.ndarray) -> QPixmap:
        key = (kind, slot, few, ratio)
        if key in self._pictures:
            return self._pictures[key]
        size = SIZES["near"][kind] * (FEW_SCALE if few else 0.75)
        edge = int(size + 2 * HALO) + 4
        edge += edge % 2
        picture = QPixmap(round(edge * ratio), round(edge * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = mark_path(kind, size, QPointF(edge / 2, edge / 2))
        painter.setBrush(QColor(*palette[slot].tolist()))
        painter.setPen(QPen(self._theme.color("canvas"), HALO))
        painter.drawPath(path)
        painter.setPen(QPen(self._theme.color("text"), RING))
        painter.drawPath(path)
        painter.end()
        self._pictures[key] = picture
        return picture
