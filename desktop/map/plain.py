"""The loops of `kernels` written with numpy alone: slower, ready at once. Used until the compiled ones are, and to check them."""

from __future__ import annotations

import numpy as np

from desktop.map.paint import GREY, NOT_DRAWN

CELL = 16  # pixels: crowding is judged per cell of this size
AT_ONCE = 512  # marks laid together
STRENGTHS = 4096  # more points than this in one pixel look the same


def accumulate(
    xy: np.ndarray,
    paint: np.ndarray,
    palette: np.ndarray,
    affine: tuple[float, float, float, float],
    width: int,
    top: int,
    bottom: int,
    first: int,
    last: int,
    sums: np.ndarray,
    grey: np.ndarray,
    cells: np.ndarray,
    cells_across: int,
) -> tuple[int, int, int]:
    """See `kernels.accumulate`."""
    a, b, c, d = affine
    paint = paint[first:last]
    x = a * xy[first:last, 0].astype(np.float64) + b
    y = c * xy[first:last, 1].astype(np.float64) + d
    kept = (paint != NOT_DRAWN) & (x >= 0) & (x < width) & (y >= top) & (y < bottom)
    columns, rows, paint = x[kept].astype(np.int64), y[kept].astype(np.int64), paint[kept]
    at = rows * width + columns
    cells += np.bincount((rows // CELL) * cells_across + columns // CELL, minlength=len(cells)).astype(np.int32)
    is_grey = paint == GREY
    most = 0
    if is_grey.any():
        greys = np.bincount(at[is_grey], minlength=len(grey))
        grey += greys.astype(np.int32)
        most = int(greys.max())
    coloured, paint = at[~is_grey], paint[~is_grey]
    if len(coloured):
        pixels, place = np.unique(coloured, return_inverse=True)
        for channel in range(3):
            sums[pixels, channel] += np.bincount(place, palette[paint, channel]).astype(np.int32)
        counts = np.bincount(place)
        sums[pixels, 3] += counts.astype(np.int32)
        most = max(most, int(counts.max()))
    return int(kept.sum()), most, int(is_grey.sum())


def shade(
    sums: np.ndarray,
    grey: np.ndarray,
    any_grey: bool,
    _cells: np.ndarray,
    _cells_across: int,
    strength: np.ndarray,
    ground: np.ndarray,
    grey_colour: np.ndarray,
    out: np.ndarray,
    width: int,
    top: int,
    bottom: int,
) -> None:
    """See `kernels.shade`."""
    first, last = top * width, bottom * width
    picture, counts = out[first:last], sums[first:last]
    picture[:] = _packed(np.asarray(ground, dtype=np.int64)[None, :])[0]
    if any_grey:
        picture[grey[first:last] > 0] = _packed(np.asarray(grey_colour, dtype=np.int64)[None, :])[0]
        grey[first:last] = 0
    at = np.flatnonzero(counts[:, 3])
    count = counts[at, 3]
    s = strength[np.minimum(count, STRENGTHS - 1)][:, None]
    mixed = ground + counts[at, :3] * (s / count[:, None]) - ground * s + 0.5
    picture[at] = _packed(mixed.astype(np.int64))
    counts[at] = 0


def stamp(
    out: np.ndarray,
    width: int,
    top: int,
    bottom: int,
    columns: np.ndarray,
    rows: np.ndarray,
    colours: np.ndarray,
    shapes: np.ndarray,
    masks: np.ndarray,
    halos: np.ndarray,
    palette: np.ndarray,
    ground: np.ndarray,
    opacity: float,
) -> None:
    """See `kernels.stamp`. Where marks overlap, edges may differ by the order in which they are laid."""
    down, across = np.nonzero(np.maximum(masks, halos).max(axis=0) > 0)
    covers = (masks[:, down, across] * opacity).astype(np.float32)  # (shapes, pixels of a mark)
    rings = (halos[:, down, across] * opacity).astype(np.float32)
    marked = (covers > 0) | (rings > 0)
    for start in range(0, len(rows), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        row, column, shape = rows[some, None] + down, columns[some, None] + across, shapes[some]
        kept = (row >= top) & (row < bottom) & (column >= 0) & (column < width) & marked[shape]
        point = np.nonzero(kept)[0]
        at = row[kept].astype(np.int64) * width + column[kept]
        cover, ring, colour = covers[shape][kept], rings[shape][kept], palette[colours[some]][point]
        old, new = out[at], np.full(len(at), 0xFF000000, np.uint32)
        for channel, shift in enumerate((16, 8, 0)):
            value = ((old >> shift) & 255).astype(np.float32)
            value += (np.float32(ground[channel]) - value) * ring
            value += (colour[:, channel] - value) * cover
            new |= (value + np.float32(0.5)).astype(np.uint32) << np.uint32(shift)
        out[at] = new


def bucket_order(buckets: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """See `kernels.bucket_order`."""
    starts = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(buckets, minlength=count), out=starts[1:])
    return np.argsort(buckets, kind="stable"), starts


def inside(xy: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """See `kernels.inside`."""
    x, y = xy[:, 0].astype(np.float64), xy[:, 1].astype(np.float64)
    odd = np.zeros(len(xy), dtype=bool)
    for (x1, y1), (x0, y0) in zip(polygon, np.roll(polygon, 1, axis=0)):
        crosses = (y1 > y) != (y0 > y)
        if crosses.any():
            odd[crosses] ^= x[crosses] < (x0 - x1) * (y[crosses] - y1) / (y0 - y1) + x1
    return odd


def _packed(colours: np.ndarray) -> np.ndarray:
    """(n, 3) whole numbers 0-255 -> (n,) uint32 0xffRRGGBB."""
    return (0xFF000000 | (colours[:, 0] << 16) | (colours[:, 1] << 8) | colours[:, 2]).astype(np.uint32)
