"""The points of the map as they stand: ids, places, kinds, colours, what is lit and what is selected. Arrays only, no widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from desktop.map.buckets import Buckets, nearest
from desktop.map.loops import loops
from desktop.map.paint import GREY, NOT_DRAWN, OTHER, Colouring, painted
from desktop.map.raster import Points, in_view
from desktop.map.viewport import Viewport

INDEX_AT_ONCE = 50_000  # up to here sorting into buckets takes a few milliseconds
KIND_NAMES = ("Images", "Sounds", "Texts")  # as the field “kind” names them, in the order of their marks


@dataclass(frozen=True, eq=False)
class Placed:
    """What a new frame brings: where every point of it was drawn so far, where it goes, and which ones are new."""

    before: np.ndarray
    after: np.ndarray
    new: np.ndarray  # (m,) int64 rows


class PointLayer:
    """Rows are in the order of the frame's ids. Changing what is lit, selected or hidden never touches the positions."""

    def __init__(self) -> None:
        self.ids = np.empty(0, np.int64)
        self.xy = np.empty((0, 2), np.float32)
        self.kinds = np.empty(0, np.uint8)
        self.colouring: Colouring | None = None
        self.version = 0  # grows whenever a picture of the points would look different
        self.geometry = 0  # grows only when positions change
        self.lit: np.ndarray | None = None
        self.selected: np.ndarray | None = None
        self.hidden: np.ndarray | None = None
        self.greys_unselected = True
        self._slots: np.ndarray | None = None
        self._paint: np.ndarray | None = None
        self._points: Points | None = None
        self._buckets: Buckets | None = None
        self._order: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.ids)

    # -- what it holds ----------------------------------------------------------------------------------------
    def take(self, ids: np.ndarray, xy: np.ndarray) -> Placed:
        """Take a frame's ids and places. Known points keep their kind and colour until asked again; positions move to `after` at once."""
        after = np.array(
            xy, dtype=np.float32, order="C"
        )  # our own: a read-only array is another type to the compiled loops
        if len(ids) == len(self.ids) and np.array_equal(ids, self.ids):
            placed = Placed(self.xy, after, np.empty(0, np.int64))
        else:
            placed = self._take_other_ids(np.asarray(ids, dtype=np.int64), after)
        self.move_to(after)
        return placed

    def _take_other_ids(self, ids: np.ndarray, after: np.ndarray) -> Placed:
        rows = self.rows_of(ids)
        known = rows >= 0
        before = after.copy()
        before[known] = self.xy[rows[known]]
        kinds = np.zeros(len(ids), np.uint8)
        kinds[known] = self.kinds[rows[known]]
        self.ids, self.kinds, self._order = ids, kinds, None
        if self.colouring is not None:
            old = self.colouring
            codes = np.full(len(ids), -1, np.int32)
            codes[known] = np.where(old.codes == len(old.names), -1, old.codes)[rows[known]]
            self.colouring = Colouring.of(old.field, codes, old.names, old.hidden)
        self._slots = self._paint = None
        self.lit = self.selected = self.hidden = None
        return Placed(before, after, np.flatnonzero(~known))

    def move_to(self, xy: np.ndarray) -> None:
        """Draw the points at these places from now on. (n, 2) float32, in the order of the ids."""
        self.xy = xy
        self._buckets = self._points = None
        self.geometry += 1
        self.version += 1

    def set_kinds(self, codes: np.ndarray, names: Sequence[str]) -> None:
        """Which mark each point has, from the codes of the field “kind”."""
        shape = np.array([KIND_NAMES.index(name) if name in KIND_NAMES else 0 for name in names] + [0], np.uint8)
        self.kinds = shape[np.where((codes < 0) | (codes >= len(names)), len(names), codes)]
        self._points = None
        self.version += 1

    def set_colouring(self, colouring: Colouring) -> None:
        self.colouring = colouring
        self._slots = None
        self._repaint()

    def set_lit(self, lit: np.ndarray | None) -> None:
        """(n,) bool: what the filter and the search let through; None: everything."""
        self.lit = lit
        self._repaint()

    def set_hidden(self, hidden: np.ndarray | None) -> None:
        """(n,) bool: items the user has hidden, which are not drawn; None: none."""
        self.hidden = hidden
        self._slots = None
        self._repaint()

    def set_selected(self, selected: np.ndarray | None) -> None:
        """(n,) bool, or None when nothing is selected."""
        self.selected = selected
        self._repaint()

    def grey_unselected(self, on: bool) -> None:
        self.greys_unselected = on
        self._repaint()

    def set_buckets(self, buckets: Buckets, geometry: int) -> None:
        """Take an index made elsewhere, if the points have not moved since."""
        if geometry == self.geometry and len(buckets) == len(self):
            self._buckets, self._points = buckets, None

    def _repaint(self) -> None:
        self._paint = self._points = None
        self.version += 1

    # -- what is drawn ----------------------------------------------------------------------------------------
    @property
    def slots(self) -> np.ndarray:
        """(n,) uint8: colour slots before anything is greyed."""
        if self._slots is None:
            self._slots = np.full(len(self), OTHER, np.uint8) if self.colouring is None else self.colouring.slots()
            if self.hidden is not None:
                self._slots[self.hidden] = NOT_DRAWN
        return self._slots

    @property
    def paint(self) -> np.ndarray:
        """(n,) uint8 paint codes."""
        if self._paint is None:
            self._paint = painted(self.slots, self.lit, self._set_apart)
        return self._paint

    @property
    def _set_apart(self) -> np.ndarray | None:
        """What greys the rest: a choice among the points. One item in hand is only where the user is; its ring shows that."""
        several = self.selected is not None and np.count_nonzero(self.selected) > 1
        return self.selected if self.greys_unselected and several else None

    @property
    def buckets(self) -> Buckets | None:
        """The index of the points as they stand, made here when that is quick; else None until it is given."""
        if self._buckets is None and 0 < len(self) <= INDEX_AT_ONCE:
            self._buckets = Buckets.of(self.xy)
            self._points = None
        return self._buckets

    def points(self, moving: bool = False) -> Points:
        """What the raster draws. While points move no index is made for them."""
        if self._points is None:
            buckets = self._buckets if moving else self.buckets
            if buckets is None:
                self._points = Points(self.xy, self.paint, self.kinds)
            else:
                order = buckets.order
                self._points = Points(buckets.xy, self.paint[order], self.kinds[order], buckets)
        return self._points

    # -- asking -----------------------------------------------------------------------------------------------
    def rows_of(self, ids: np.ndarray) -> np.ndarray:
        """(m,) int64 rows of these ids, -1 where an id is not on the map."""
        if not len(self.ids):
            return np.full(len(ids), -1, np.int64)
        if self._order is None:
            self._order = np.argsort(self.ids, kind="stable")
        places = np.searchsorted(self.ids, ids, sorter=self._order)
        rows = self._order[np.minimum(places, len(self.ids) - 1)]
        return np.where(self.ids[rows] == ids, rows, -1)

    @property
    def pickable(self) -> np.ndarray:
        """(n,) bool: drawn and not filtered out. Points that are grey only because others are selected can be picked."""
        drawn = self.slots != NOT_DRAWN
        return drawn if self.lit is None else drawn & self.lit

    def pick(self, viewport: Viewport, x: float, y: float, radius: float) -> int | None:
        """Row of the point nearest to pixel (x, y), at most `radius` pixels away."""
        if not len(self):
            return None
        at_x, at_y = viewport.to_map(x, y)
        buckets = self.buckets
        if buckets is not None:
            return nearest(buckets, at_x, at_y, viewport.scale_x, viewport.scale_y, radius, self.pickable)
        offsets = (self.xy - (at_x, at_y)) * (viewport.scale_x, viewport.scale_y)
        distance = np.where(self.pickable, (offsets**2).sum(axis=1), np.inf)
        row = int(np.nanargmin(distance))
        return row if distance[row] <= radius**2 else None

    def inside(self, viewport: Viewport, polygon: np.ndarray) -> np.ndarray:
        """Ids of the pickable points inside a polygon given in pixels, (m, 2) -> (k,) int64."""
        if len(polygon) < 3 or not len(self):
            return np.empty(0, np.int64)
        corners = viewport.polygon_to_map(polygon)
        low, high = corners.min(axis=0), corners.max(axis=0)
        if self.buckets is not None:
            places = self.buckets.near(low[0], low[1], high[0], high[1])
            rows = self.buckets.order[places]
        else:
            rows = np.flatnonzero(((self.xy >= low) & (self.xy <= high)).all(axis=1))
        rows = rows[self.pickable[rows]]
        # moved to the polygon's corner, so that the precision of the points is not lost far from the middle
        local = (self.xy[rows].astype(np.float64) - low).astype(np.float32)
        return self.ids[rows[loops().inside(local, corners - low)]]

    def seen(self, viewport: Viewport, margin: float = 0) -> np.ndarray:
        """Rows that are drawn in the view, (m,) int64."""
        points = self.points()
        rows = in_view(points, viewport, margin)
        return rows if points.buckets is None else points.buckets.order[rows]

    def drawn(self) -> int:
        """How many points are drawn at all (hidden classes are not)."""
        return int(np.count_nonzero(self.slots != NOT_DRAWN))

    def is_grey(self, row: int) -> bool:
        return bool(self.paint[row] == GREY)
