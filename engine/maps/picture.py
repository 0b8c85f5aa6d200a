"""A map as a picture, without a window: points coloured by one field, with a legend (colours of the light theme)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

CANVAS, TEXT, MUTED = "#FBFBFA", "#1A1D21", "#535A62"
COLOURS = ("#2591ED", "#DE6C04", "#0A6256", "#CE0066", "#855C23", "#802EB9", "#970234", "#007892", "#669D50", "#4A2F01")
OTHER = "#7C828A"
SIZE = (1600, 1000)
MARGIN = 40
SMOOTH = 2  # drawn this many times larger, then reduced


def draw(positions: np.ndarray, codes: np.ndarray, names: Sequence[str], size: tuple[int, int] = SIZE) -> Image:
    """Points (n, 2) with codes (n,) into `names`, as an RGB picture with a legend of counts."""
    from PIL import Image, ImageDraw, ImageFont

    width, height = size[0] * SMOOTH, size[1] * SMOOTH
    canvas = np.empty((height, width, 3), np.uint8)
    canvas[:] = _rgb(CANVAS)
    spots = _pixels(positions, width, height, MARGIN * SMOOTH)
    radius = _radius(len(positions)) * SMOOTH
    order = np.random.default_rng(0).permutation(len(spots))  # no category lies on top of all others
    palette = np.array([_rgb(colour) for colour in (*COLOURS, OTHER)], np.uint8)
    shades = palette[np.where((codes >= 0) & (codes < len(COLOURS)), codes, len(COLOURS))]
    for dy in range(-int(radius), int(radius) + 1):
        for dx in range(-int(radius), int(radius) + 1):
            if dx * dx + dy * dy <= radius * radius:
                rows, columns = spots[order, 1] + dy, spots[order, 0] + dx
                there = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
                canvas[rows[there], columns[there]] = shades[order[there]]
    image = Image.fromarray(canvas).resize(size, Image.Resampling.BOX)
    pencil = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=15)
    line = MARGIN // 2
    for number, name in enumerate(names[: len(COLOURS)]):
        top = line + 22 * number
        pencil.ellipse((line, top + 4, line + 10, top + 14), fill=COLOURS[number])
        pencil.text((line + 18, top), f"{name}  {int((codes == number).sum()):,}", fill=TEXT, font=font)
    pencil.text((line, size[1] - 30), f"{len(positions):,} items", fill=MUTED, font=font)
    return image


def _pixels(positions: np.ndarray, width: int, height: int, margin: int) -> np.ndarray:
    low, high = positions.min(axis=0), positions.max(axis=0)
    span = np.maximum(high - low, 1e-9)
    scale = min((width - 2 * margin) / span[0], (height - 2 * margin) / span[1])
    centred = (positions - (low + high) / 2) * scale
    return np.stack([centred[:, 0] + width / 2, height / 2 - centred[:, 1]], axis=1).astype(np.int64)


def _radius(count: int) -> float:
    return float(np.clip(60 / np.sqrt(max(count, 1)) + 0.8, 1.0, 4.0))


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
