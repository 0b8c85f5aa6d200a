"""The map of the sample archive, as the built-in model laid it out when the sample was made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from desktop.theme import Theme

STORED = Path(__file__).resolve().parents[2] / "resources" / "welcome" / "map.json"
PICTURE_EDGE = 52
CAPTION = "The sample archive, seen by the built-in model"


@dataclass(frozen=True)
class StoredMap:
    """`points` are (x, y, slot, kind) in 0 to 1; `pictures` are (x, y, file beside the map)."""

    points: tuple[tuple[float, float, int, str], ...]
    pictures: tuple[tuple[float, float, str], ...]


def stored_map(path: Path = STORED) -> StoredMap | None:
    """The map that ships with the sample, or None where it is not there."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        points = tuple((float(x), float(y), int(slot), str(kind)) for x, y, slot, kind in content["points"])
        pictures = tuple((float(x), float(y), str(name)) for x, y, name in content["pictures"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return StoredMap(points, pictures)


class SampleMap(QWidget):
    """Paints it into whatever room there is, in the theme's colours."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._map = stored_map()
        self._pictures: list[tuple[QPointF, QPixmap]] = []
        if self._map is not None:
            self._pictures = [(QPointF(x, y), QPixmap(str(STORED.parent / name))) for x, y, name in self._map.pictures]
        self.setObjectName("sample_map")
        self.setAccessibleName(CAPTION)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("canvas"))
        if self._map is None:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        room = QRectF(self.rect()).adjusted(48, 56, -48, -64)
        colours = [QColor(value) for value in (*self._theme.tokens.map_colours, self._theme.tokens.other)]
        painter.setPen(Qt.PenStyle.NoPen)
        for x, y, slot, kind in self._map.points:
            painter.setBrush(colours[min(slot, len(colours) - 1)])
            self._paint_mark(painter, QPointF(room.x() + x * room.width(), room.y() + y * room.height()), kind)
        for place, picture in self._pictures:
            self._paint_picture(
                painter, QPointF(room.x() + place.x() * room.width(), room.y() + place.y() * room.height()), picture
            )
        painter.setFont(self._theme.font("caption"))
        painter.setPen(self._theme.color("muted"))
        painter.drawText(self.rect().adjusted(15, 0, 0, -10), int(Qt.AlignmentFlag.AlignBottom), CAPTION)

    def _paint_mark(self, painter: QPainter, at: QPointF, kind: str) -> None:
        if kind == "text":
            painter.drawRect(QRectF(at.x() - 2, at.y() - 2, 4, 4))
        elif kind == "audio":
            painter.drawPolygon([at + QPointF(0, -3), at + QPointF(3, 0), at + QPointF(0, 3), at + QPointF(-3, 0)])
        else:
            painter.drawEllipse(at, 2.3, 2.3)

    def _paint_picture(self, painter: QPainter, at: QPointF, picture: QPixmap) -> None:
        box = QRectF(at.x() - PICTURE_EDGE / 2, at.y() - PICTURE_EDGE / 2, PICTURE_EDGE, PICTURE_EDGE)
        painter.setPen(QPen(self._theme.color("line"), 1))
        painter.setBrush(self._theme.color("mat"))
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(Qt.PenStyle.NoPen)
        if picture.isNull():
            return
        inner = box.adjusted(4, 4, -4, -4)
        scale = min(inner.width() / picture.width(), inner.height() / picture.height())
        size = QRectF(0, 0, picture.width() * scale, picture.height() * scale)
        size.moveCenter(inner.center())
        painter.drawPixmap(size, picture, QRectF(picture.rect()))
