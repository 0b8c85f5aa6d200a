"""The three marks: image a disc, sound a diamond, text a square, of equal area so that none looks heavier."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from desktop.map.raster import Level, Marks

# image, sound, text: across, tip to tip, side; in pixels
SIZES: dict[Level, tuple[float, float, float]] = {"far": (1, 1, 1), "middle": (4, 5, 3.5), "near": (8, 10, 7)}
ROOMY = 1.5  # times as large where few points lie in a large window: they would be lost in it otherwise
HALO: dict[Level, float] = {"far": 0, "middle": 0, "near": 1}


def mark_path(kind: int, size: float, centre: QPointF | None = None) -> QPainterPath:
    """The outline of a kind's mark (0 image, 1 sound, 2 text), `size` across, around `centre`."""
    at = centre or QPointF(0, 0)
    path = QPainterPath()
    half = size / 2
    if kind == 1:
        path.moveTo(at + QPointF(0, -half))
        for x, y in ((half, 0), (0, half), (-half, 0)):
            path.lineTo(at + QPointF(x, y))
        path.closeSubpath()
    elif kind == 2:
        path.addRect(QRectF(at.x() - half, at.y() - half, size, size))
    else:
        path.addEllipse(at, half, half)
    return path


def rgb_of(colour: QColor) -> np.ndarray:
    """(3,) int32, as the raster wants its ground."""
    return np.array([colour.red(), colour.green(), colour.blue()], np.int32)


@cache
def marks_for(level: Level, ratio: float, roomy: bool = False) -> Marks:
    """Coverage masks of the three marks at a level, for `ratio` device pixels per pixel; `roomy`: larger ones of the middle level."""
    sizes = tuple(size * (ROOMY if roomy and level == "middle" else 1) for size in SIZES[level])
    halo = HALO[level]
    side = math.ceil((max(sizes) + 2 * halo) * ratio) + 1
    side += side % 2  # even, so that a mark's middle falls between two pixels for every kind alike
    masks = [_coverage(mark_path(kind, size * ratio), side) for kind, size in enumerate(sizes)]
    if halo:
        halos = [_coverage(mark_path(kind, size * ratio), side, 2 * halo * ratio) for kind, size in enumerate(sizes)]
    else:
        halos = [np.zeros_like(mask) for mask in masks]
    return Marks(np.ascontiguousarray(masks), np.ascontiguousarray(halos))


def _coverage(path: QPainterPath, side: int, stroke: float = 0) -> np.ndarray:
    """(side, side) float32: how much of each pixel the path (and its stroke) covers."""
    image = QImage(side, side, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(side / 2, side / 2)
    painter.setBrush(Qt.GlobalColor.white)
    painter.setPen(QPen(QColor("white"), stroke) if stroke else Qt.PenStyle.NoPen)
    painter.drawPath(path)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(side, image.bytesPerLine())[:, :side]
    return (pixels / np.float32(255)).astype(np.float32)
