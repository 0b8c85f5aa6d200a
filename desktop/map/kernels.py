"""The inner loops of the map, compiled by numba and cached on disk. Importing this module imports numba: only `raster` does.

Every loop releases the interpreter lock and touches only its own band of rows, so two threads may draw one picture.
The same results, slower, come from `plain`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from desktop.map.paint import GREY, NOT_DRAWN
from desktop.map.plain import CELL, STRENGTHS


@njit(cache=True, nogil=True)
def accumulate(xy, paint, palette, affine, width, top, bottom, first, last, sums, grey, cells, cells_across):
    """Add points `first`..`last` that fall into pixel rows `top`..`bottom` to their pixels.

    xy (n, 2) float32, paint (n,) uint8, palette (14, 3) int32, sums (h w, 4) int32 of red, green, blue and count,
    grey (h w,) int32, cells int32 per 16 x 16 pixels. Returns points seen, most in one pixel, grey ones among them.
    """
    a, b, c, d = affine
    seen = 0
    most = 0
    greyed = 0
    for i in range(first, last):
        colour = paint[i]
        if colour == NOT_DRAWN:
            continue
        x = a * xy[i, 0] + b
        y = c * xy[i, 1] + d
        if not (x >= 0.0 and x < width and y >= top and y < bottom):  # also leaves out what is not a number
            continue
        column = int(x)
        row = int(y)
        at = row * width + column
        seen += 1
        cells[(row // CELL) * cells_across + column // CELL] += 1
        if colour == GREY:
            grey[at] += 1
            greyed += 1
            if grey[at] > most:
                most = grey[at]
        else:
            sums[at, 0] += palette[colour, 0]
            sums[at, 1] += palette[colour, 1]
            sums[at, 2] += palette[colour, 2]
            count = sums[at, 3] + 1
            sums[at, 3] = count
            if count > most:
                most = count
    return seen, most, greyed


@njit(cache=True, nogil=True)
def shade(sums, grey, any_grey, cells, cells_across, strength, ground, grey_colour, out, width, top, bottom):
    """Counts in pixel rows `top`..`bottom` -> 0xffRRGGBB in `out`; the counts are left at zero for the next picture.

    Where only grey points lie, the pixel is plainly grey: their own density would compete with what is selected. Cells without a point
    are filled without looking at their pixels.
    """
    empty = np.uint32(0xFF000000) | np.uint32(ground[0] << 16) | np.uint32(ground[1] << 8) | np.uint32(ground[2])
    grey_plain = (
        np.uint32(0xFF000000)
        | np.uint32(grey_colour[0] << 16)
        | np.uint32(grey_colour[1] << 8)
        | np.uint32(grey_colour[2])
    )
    for row in range(top, bottom):
        for across in range(cells_across):
            first = row * width + across * CELL
            last = row * width + min(width, (across + 1) * CELL)
            if cells[(row // CELL) * cells_across + across] == 0:
                for at in range(first, last):
                    out[at] = empty
                continue
            for at in range(first, last):
                count = sums[at, 3]
                if count > 0:
                    s = strength[min(count, STRENGTHS - 1)]
                    inverse = s / count
                    red = int(ground[0] + sums[at, 0] * inverse - ground[0] * s + 0.5)
                    green = int(ground[1] + sums[at, 1] * inverse - ground[1] * s + 0.5)
                    blue = int(ground[2] + sums[at, 2] * inverse - ground[2] * s + 0.5)
                    out[at] = np.uint32(0xFF000000) | np.uint32(red << 16) | np.uint32(green << 8) | np.uint32(blue)
                    sums[at, 0] = 0
                    sums[at, 1] = 0
                    sums[at, 2] = 0
                    sums[at, 3] = 0
                    if any_grey:
                        grey[at] = 0
                elif any_grey and grey[at] > 0:
                    out[at] = grey_plain
                    grey[at] = 0
                else:
                    out[at] = empty


@njit(cache=True, nogil=True)
def stamp(out, width, top, bottom, columns, rows, colours, shapes, masks, halos, palette, ground, opacity):
    """Lay one mark per point into `out` (h w,) uint32, in the order given.

    columns, rows (n,) int32 of the mark's top left pixel; colours (n,) uint8; shapes (n,) uint8 into masks and halos,
    both (shapes, s, s) float32 coverage. A halo has the ground's colour. Only pixel rows `top`..`bottom` are written.
    """
    side = masks.shape[1]
    for i in range(len(columns)):
        shape = shapes[i]
        red = palette[colours[i], 0]
        green = palette[colours[i], 1]
        blue = palette[colours[i], 2]
        plain = np.uint32(0xFF000000) | np.uint32(red << 16) | np.uint32(green << 8) | np.uint32(blue)
        for v in range(max(0, top - rows[i]), min(side, bottom - rows[i])):
            row = rows[i] + v
            for u in range(side):
                column = columns[i] + u
                if column < 0 or column >= width:
                    continue
                cover = masks[shape, v, u] * opacity
                halo = halos[shape, v, u] * opacity
                if cover <= 0.0 and halo <= 0.0:
                    continue
                at = row * width + column
                if cover >= 1.0:
                    out[at] = plain
                    continue
                old = out[at]
                r = float((old >> np.uint32(16)) & np.uint32(255))
                g = float((old >> np.uint32(8)) & np.uint32(255))
                b = float(old & np.uint32(255))
                r += (ground[0] - r) * halo
                g += (ground[1] - g) * halo
                b += (ground[2] - b) * halo
                r += (red - r) * cover
                g += (green - g) * cover
                b += (blue - b) * cover
                out[at] = (
                    np.uint32(0xFF000000)
                    | np.uint32(int(r + 0.5) << 16)
                    | np.uint32(int(g + 0.5) << 8)
                    | np.uint32(int(b + 0.5))
                )


@njit(cache=True, nogil=True)
def bucket_order(buckets, count):
    """Counting sort: (n,) int32 bucket of every point -> (order (n,) int64, starts (count + 1,) int64), stable."""
    starts = np.zeros(count + 1, np.int64)
    for i in range(len(buckets)):
        starts[buckets[i] + 1] += 1
    for i in range(count):
        starts[i + 1] += starts[i]
    place = starts[:-1].copy()
    order = np.empty(len(buckets), np.int64)
    for i in range(len(buckets)):
        bucket = buckets[i]
        order[place[bucket]] = i
        place[bucket] += 1
    return order, starts


@njit(cache=True, nogil=True)
def inside(xy, polygon):
    """(n, 2) float32 points in a closed (m, 2) float64 polygon, even-odd rule -> (n,) bool."""
    found = np.zeros(len(xy), np.bool_)
    corners = len(polygon)
    for i in range(len(xy)):
        x = float(xy[i, 0])
        y = float(xy[i, 1])
        odd = False
        k = corners - 1
        for j in range(corners):
            if (polygon[j, 1] > y) != (polygon[k, 1] > y):
                crossing = (polygon[k, 0] - polygon[j, 0]) * (y - polygon[j, 1]) / (
                    polygon[k, 1] - polygon[j, 1]
                ) + polygon[j, 0]
                if x < crossing:
                    odd = not odd
            k = j
        found[i] = odd
    return found
