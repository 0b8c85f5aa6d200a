"""A map as a still picture, without a window: for the welcome screen and for exports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QImage, QPainter, QPixmap

from desktop.map.marks import marks_for, rgb_of
from desktop.map.names import NamePainter
from desktop.map.paint import Colouring, palette
from desktop.map.raster import Points, Raster
from desktop.map.spread import Room, candidates, octave_of, place_tiles
from desktop.map.viewport import bounds_of, fitted
from desktop.theme import Theme
from engine.values import Region


def paint_map(
    size: QSize,
    coordinates: np.ndarray,
    codes: np.ndarray,
    theme: Theme,
    *,
    kinds: np.ndarray | None = None,
    regions: Sequence[Region] = (),
    tiles: Mapping[int, QPixmap] | None = None,
    tile_edge: int = 52,
    ratio: float = 1.0,
    margin: int = 40,
) -> QImage:
    """Points (n, 2) in map units, coloured by category `codes` (n,), in the theme's colours.

    `kinds` (n,) uint8 chooses the marks (0 image, 1 sound, 2 text); `tiles` are pictures by row, drawn where there is room.
    """
    xy = np.ascontiguousarray(coordinates, dtype=np.float32)
    shapes = np.zeros(len(xy), np.uint8) if kinds is None else kinds.astype(np.uint8)
    names = [str(code) for code in range(int(codes.max(initial=-1)) + 1)]
    slots = Colouring.of("", np.asarray(codes), names).slots()
    tokens = theme.tokens
    colours = palette(tokens.map_colours, tokens.other, tokens.unselected)
    ground = rgb_of(theme.color("canvas"))
    view = fitted(bounds_of(xy), size.width(), size.height(), (margin,) * 4)
    raster = Raster()
    drawn = raster.draw(
        Points(xy, slots, shapes), view, colours, ground, lambda level: (marks_for(level, ratio), ratio)
    )
    raster.close()
    height, width = drawn.pixels.shape
    image = QImage(drawn.pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()
    if drawn.level == "far" and ratio != 1:
        image = image.scaled(round(width * ratio), round(height * ratio))
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    room = Room(size.width(), size.height())
    writer = NamePainter(theme)
    placed = writer.place(regions, view, room)
    if tiles:
        eligible = np.zeros(len(xy), bool)
        eligible[list(tiles)] = True
        found = candidates(xy, shapes, eligible, octave_of(view.scale_x), view.scale_y / view.scale_x)
        at = view.to_pixels(xy[found.rows])
        for row, box in place_tiles(found.rows, at, tile_edge, room, 10, np.full(len(at), np.nan)):
            painter.drawPixmap(QPointF(box.left, box.top), tiles[row])
    writer.paint(painter, placed)
    painter.end()
    return image
