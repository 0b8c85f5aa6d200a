"""Which names and tiles of a view find room: names first, then tiles where there is room left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop.map.layer import PointLayer
from desktop.map.names import NamePainter, PlacedName, regions_in_view
from desktop.map.raster import Level
from desktop.map.spread import Box, Candidates, Room, everyone, place_tiles
from desktop.map.viewport import Viewport
from engine.values import Region

TILE_EDGE: dict[Level, int] = {"far": 30, "middle": 40, "near": 64}
TILE_GAP: dict[Level, float] = {"far": 8, "middle": 4, "near": 6}
NEAR_LIFT = 9  # a near tile stands above its mark


@dataclass(frozen=True)
class Arranged:
    """Names and tiles of one view: tiles are (row, place in pixels)."""

    key: tuple
    names: tuple[PlacedName, ...]
    tiles: tuple[tuple[int, Box], ...]


def named(
    painter: NamePainter, regions: Sequence[Region], closeness: float, viewport: Viewport, room: Room
) -> list[PlacedName]:
    """The names of a view `closeness` times as near as the fitted one that find room."""
    return painter.place(regions_in_view(regions, closeness), viewport, room)


def tiled(
    layer: PointLayer, viewport: Viewport, level: Level, found: Candidates | None, room: Room
) -> list[tuple[int, Box]]:
    """The rows that get a tile in what is left of `room`, with their places."""
    edge = TILE_EDGE[level]
    if level == "near":
        rows = layer.seen(viewport)
        rows = everyone(rows[layer.pickable[rows]], layer.ids, layer.kinds)
        lifts = np.full(len(rows), edge / 2 + NEAR_LIFT)
    elif found is None or found.rows.max(initial=0) >= len(layer):
        return []
    else:
        rows, lifts = found.rows, found.above * viewport.scale_y + edge / 2 + 3
    pixels = viewport.to_pixels(layer.xy[rows])
    inside = ((pixels >= 0) & (pixels <= (viewport.width, viewport.height + edge))).all(axis=1)
    return place_tiles(rows[inside], pixels[inside], edge, room, TILE_GAP[level], lifts[inside])
