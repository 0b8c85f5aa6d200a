"""Points to pixels: the density picture from far away, crisp marks nearer by."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import numpy as np

from desktop.map import plain
from desktop.map.buckets import Buckets
from desktop.map.loops import loops
from desktop.map.paint import GREY, NOT_DRAWN
from desktop.map.plain import CELL, STRENGTHS
from desktop.map.viewport import Viewport

Level = Literal["far", "middle", "near"]
CROWDED = 12.0  # points in a 16 px cell above which single marks would only hide each other
NEAR = 600
STAYS_FAR = 10.0  # a view that is far stays so down to here, so that a settling layout does not flicker between the two
WORTH_A_THREAD = 200_000  # points
PIXELS_WORTH_A_THREAD = 400_000
LEAST_STRENGTH = 0.78  # of a single point: it must be seen, and denser places must still look denser


@dataclass(frozen=True, eq=False)
class Points:
    """What is drawn. xy (n, 2) float32, paint (n,) uint8, shapes (n,) uint8; sorted by `buckets` when there are any."""

    xy: np.ndarray
    paint: np.ndarray
    shapes: np.ndarray
    buckets: Buckets | None = None


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawn map: pixels (h, w) uint32 0xffRRGGBB (the drawer's, valid until the next but one picture), how many points are in view, and how near the view is."""

    pixels: np.ndarray
    seen: int
    level: Level


@dataclass(frozen=True, eq=False)
class Marks:
    """Coverage of one mark per kind and of its halo, (3, s, s) float32 each."""

    masks: np.ndarray
    halos: np.ndarray


class Raster:
    """Draws `Points` into buffers it keeps between pictures. One thread calls it; large maps use a second one inside."""

    def __init__(self) -> None:
        self._size = (0, 0)
        self._sums = np.zeros((0, 4), np.int32)
        self._grey = np.zeros(0, np.int32)
        self._pictures = [np.empty(0, np.uint32), np.empty(0, np.uint32)]
        self._pool: ThreadPoolExecutor | None = None

    def draw(
        self,
        points: Points,
        viewport: Viewport,
        palette: np.ndarray,
        ground: np.ndarray,
        marks: Callable[[Level], tuple[Marks, float]],
        last_level: Level | None = None,
    ) -> Picture:
        """One picture of the view. palette (14, 3) int32, ground (3,) int32.

        `marks` gives the marks of the middle and near levels with the device pixels per pixel they are drawn for.
        """
        self._fit(viewport)
        cells_across = math.ceil(viewport.width / CELL)
        cells_down = math.ceil(viewport.height / CELL)
        bands = self._bands(points, viewport, cells_down)
        cells = [np.zeros(cells_across * cells_down, np.int32) for _ in bands]
        arguments = (points.xy, points.paint, palette, viewport.affine, viewport.width)
        counted = self._side_by_side(
            [
                (loops().accumulate, (*arguments, *band, self._sums, self._grey, own, cells_across))
                for band, own in zip(bands, cells)
            ]
        )
        seen = sum(each[0] for each in counted)
        most = max(each[1] for each in counted)
        crowds = np.sum(cells, axis=0, dtype=np.int32)
        occupied = np.count_nonzero(crowds)
        crowding = seen / occupied if occupied else 0.0
        limit = STAYS_FAR if last_level == "far" else CROWDED
        level: Level = "near" if seen < NEAR else "far" if crowding > limit else "middle"
        any_grey = any(each[2] for each in counted)
        pixels = self._next_pixels(viewport.width * viewport.height)
        # seen from nearer by, the counts only have to go back to zero: marks are laid on plain ground
        strength, grey_colour = (_strength(most), palette[GREY]) if level == "far" else (np.zeros(STRENGTHS), ground)
        shading = (self._sums, self._grey, any_grey, crowds, cells_across, strength, ground, grey_colour, pixels)
        self._in_halves(loops().shade, (*shading, viewport.width), viewport.height)
        if level == "far":
            return Picture(pixels.reshape(viewport.height, viewport.width), seen, level)
        mark, ratio = marks(level)
        enlarged = viewport.scaled(ratio)
        if ratio != 1:
            pixels = np.full(enlarged.width * enlarged.height, _packed(ground), np.uint32)
        self.lay(pixels, points, enlarged, palette, ground, mark)
        return Picture(pixels.reshape(enlarged.height, enlarged.width), seen, level)

    def lay(
        self,
        pixels: np.ndarray,
        points: Points,
        viewport: Viewport,
        palette: np.ndarray,
        ground: np.ndarray,
        marks: Marks,
        opacity: float = 1.0,
    ) -> None:
        """Lay the marks of the points in view into `pixels` (h w,) uint32: grey ones first, so that the others lie on top."""
        side = marks.masks.shape[1]
        rows = in_view(points, viewport, side)
        paint = points.paint[rows]
        grey = paint == GREY
        if grey.any():
            order = np.argsort(~grey, kind="stable")
            rows, paint = rows[order], paint[order]
        a, b, c, d = viewport.affine
        at = points.xy[rows].astype(np.float64)
        columns = np.floor(at[:, 0] * a + (b - side / 2 + 0.5)).astype(np.int32)
        lines = np.floor(at[:, 1] * c + (d - side / 2 + 0.5)).astype(np.int32)
        where = (columns, lines, paint, points.shapes[rows])
        looks = (marks.masks, marks.halos, palette, ground, float(opacity))
        self._in_halves(
            lambda top, bottom: loops().stamp(pixels, viewport.width, top, bottom, *where, *looks), (), viewport.height
        )

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True)
            self._pool = None

    def _next_pixels(self, count: int) -> np.ndarray:
        """Memory for a picture: two take turns, so that the one on screen is not written to."""
        self._pictures.reverse()
        if len(self._pictures[0]) != count:
            self._pictures[0] = np.empty(count, np.uint32)
        return self._pictures[0]

    def _fit(self, viewport: Viewport) -> None:
        size = (viewport.width, viewport.height)
        if size != self._size:
            self._size = size
            self._sums = np.zeros((size[0] * size[1], 4), np.int32)
            self._grey = np.zeros(size[0] * size[1], np.int32)

    def _bands(self, points: Points, viewport: Viewport, cells_down: int) -> list[tuple[int, int, int, int]]:
        """(top, bottom, first, last) per thread: pixel rows it owns, and the points that can fall into them.

        Bands meet between two rows of cells, so no pixel and no cell is written by two threads.
        """
        height, total = viewport.height, len(points.xy)
        edges = [0, height]
        if total > WORTH_A_THREAD and cells_down > 1:
            edges = [0, self._middle(points, viewport, cells_down), height]
        bands = []
        for top, bottom in itertools.pairwise(edges):
            first, last = 0, total
            if points.buckets is not None:
                first, last = points.buckets.band(viewport.to_map(0, bottom)[1], viewport.to_map(0, top)[1])
            bands.append((top, bottom, first, last))
        return bands

    @staticmethod
    def _middle(points: Points, viewport: Viewport, cells_down: int) -> int:
        """The pixel row, between two rows of cells, that halves the work: half the points lie above it."""
        middle = viewport.height / 2
        if points.buckets is not None:
            first, last = points.buckets.band(viewport.to_map(0, viewport.height)[1], viewport.to_map(0, 0)[1])
            if last > first:
                middle = viewport.affine[2] * float(points.xy[(first + last) // 2, 1]) + viewport.affine[3]
        if not math.isfinite(middle):
            middle = viewport.height / 2
        return CELL * int(np.clip(round(middle / CELL), 1, cells_down - 1))

    def _in_halves(self, function: Callable[..., object], arguments: tuple, height: int) -> None:
        """Call `function` with its arguments and the rows it may write: upper and lower half at once where that is worth it.

        numpy's loops hold the interpreter lock most of the time: there a second thread would only be waited for.
        """
        middle = CELL * (math.ceil(height / CELL) // 2)
        worth = self._sums.size > 4 * PIXELS_WORTH_A_THREAD and loops() is not plain
        halves = [(0, middle), (middle, height)] if worth else [(0, height)]
        self._side_by_side([(function, (*arguments, top, bottom)) for top, bottom in halves])

    def _side_by_side(self, calls: list[tuple[Callable[..., object], tuple]]) -> list:
        """Run the first call here and the others on the second thread; the compiled loops do not hold the interpreter lock."""
        if len(calls) == 1:
            function, arguments = calls[0]
            return [function(*arguments)]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "sightline-raster")
        others = [self._pool.submit(function, *arguments) for function, arguments in calls[1:]]
        function, arguments = calls[0]
        return [function(*arguments), *(other.result() for other in others)]


def in_view(points: Points, viewport: Viewport, margin: float = 0) -> np.ndarray:
    """Rows of `points` that are drawn and lie in the view, `margin` pixels around it included. (m,) int64, ascending."""
    left, bottom = viewport.to_map(-margin, viewport.height + margin)
    right, top = viewport.to_map(viewport.width + margin, -margin)
    if points.buckets is not None:
        rows = points.buckets.near(left, bottom, right, top)
    else:
        rows = np.arange(len(points.xy))
    x, y = points.xy[rows, 0], points.xy[rows, 1]
    kept = (x >= left) & (x <= right) & (y >= bottom) & (y <= top) & (points.paint[rows] != NOT_DRAWN)
    return np.asarray(rows[kept])


def _strength(most: int) -> np.ndarray:
    """(4096,) float64: how strongly a pixel with that many points is coloured; grows with the logarithm up to `most`."""
    counts = np.arange(STRENGTHS, dtype=np.float64)
    top = math.log(min(max(most, 2), STRENGTHS - 1))
    grown = np.log(np.maximum(counts, 1)) / top
    return np.asarray(np.minimum(1.0, LEAST_STRENGTH + (1 - LEAST_STRENGTH) * grown))


def _packed(colour: np.ndarray) -> int:
    return 0xFF000000 | int(colour[0]) << 16 | int(colour[1]) << 8 | int(colour[2])
