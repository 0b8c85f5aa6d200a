"""Names on the map: which ones find room, and how they are written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPixmap

from desktop.map.spread import Box, Room
from desktop.map.viewport import Viewport
from desktop.theme import Theme
from engine.values import Region

STROKE = 4
ABOVE = 18  # pixels: a name stands above the densest place, so as not to cover it
LONGEST = 26  # letters; longer names are cut, the whole is in the legend or the hover card
FIRST_LEVEL_SPAN = 1.6  # how much closer than the fitted view the next level of names begins


@dataclass(frozen=True)
class PlacedName:
    region: Region
    box: Box


class NamePainter:
    """Writes names in `text` with a stroke in `canvas`; each is drawn once and kept as a picture."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._pictures: dict[tuple[str, float], QPixmap] = {}
        self._sizes: dict[str, tuple[float, float]] = {}
        self._font = theme.font("strong")
        theme.changed.connect(self.refresh)

    def refresh(self) -> None:
        self._pictures.clear()
        self._sizes.clear()
        self._font = self._theme.font("strong")

    def size(self, name: str) -> tuple[float, float]:
        """Width and height of a name with its stroke, in pixels."""
        if name not in self._sizes:
            metrics = QFontMetricsF(self._font)
            self._sizes[name] = metrics.horizontalAdvance(shortened(name)) + STROKE, metrics.height()
        return self._sizes[name]

    def place(self, regions: Sequence[Region], viewport: Viewport, room: Room) -> list[PlacedName]:
        """The names that find room, most items first. A name is dropped rather than drawn over another."""
        placed: list[PlacedName] = []
        said: set[str] = set()
        spots = viewport.to_pixels(
            np.array([(region.x, region.y) for region in regions], float).reshape(-1, 2)
        ).tolist()
        for region, (x, y) in sorted(
            zip(regions, spots), key=lambda each: (each[0].level, -each[0].count, each[0].name)
        ):
            if region.name in said:
                continue
            width, height = self.size(region.name)
            for shift in (-ABOVE, ABOVE, 0):
                middle = y + shift
                box = Box(x - width / 2, middle - height / 2, x + width / 2, middle + height / 2)
                if room.take(box, 3):
                    placed.append(PlacedName(region, box))
                    said.add(region.name)
                    break
        return placed

    def paint(self, painter: QPainter, names: Sequence[PlacedName], marked: Region | None = None) -> None:
        """Write the names; `marked` is underlined."""
        ratio = painter.device().devicePixelRatioF()
        for each in names:
            if each.region == marked:
                line = QRectF(each.box.left, each.box.bottom + 1, each.box.right - each.box.left, 2)
                painter.fillRect(line, self._theme.color("accent"))
            picture = self._picture(each.region.name, ratio)
            painter.drawPixmap(QPointF(round(each.box.left) - 1, round(each.box.top) - 1), picture)

    def _picture(self, name: str, ratio: float) -> QPixmap:
        key = (name, ratio)
        if key not in self._pictures:
            self._pictures[key] = self._drawn(shortened(name), ratio)
        return self._pictures[key]

    def _drawn(self, words: str, ratio: float) -> QPixmap:
        width, height = self.size(words)
        picture = QPixmap(round((width + 4) * ratio), round((height + 4) * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_words(painter, STROKE / 2 + 1, QFontMetricsF(self._font).ascent() + 1, words, self._font, self._theme)
        painter.end()
        return picture


def paint_words(painter: QPainter, x: float, baseline: float, words: str, font: QFont, theme: Theme) -> None:
    """Words with the canvas as their stroke, so that they can be read over any points."""
    path = QPainterPath()
    path.addText(x, baseline, font, words)
    stroke = QPen(
        theme.color("canvas"), STROKE, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )
    painter.strokePath(path, stroke)
    painter.fillPath(path, theme.color("text"))


def shortened(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"


def regions_in_view(regions: Sequence[Region], closeness: float) -> list[Region]:
    """The names for a view `closeness` times as near as the fitted one: the coarsest level from afar, one more per 1.6-fold zoom."""
    deepest = max(0, int(math.log(max(closeness, 1e-9), FIRST_LEVEL_SPAN)))
    levels = {region.level for region in regions}
    wanted = max((level for level in levels if level <= deepest), default=0)
    return [region for region in regions if region.level == wanted]
