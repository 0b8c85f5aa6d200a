"""A grid of buckets over the points: what is near a place is found without looking at the rest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from desktop.map.loops import loops

PER_BUCKET = 4
MOST_ACROSS = 2048


@dataclass(frozen=True, eq=False)
class Buckets:
    """Points sorted by bucket, row of buckets by row. `order` (n,) int64 gives each sorted place its row in the original arrays."""

    left: float
    bottom: float
    size_x: float
    size_y: float
    across: int
    order: np.ndarray
    starts: np.ndarray  # (across * across + 1,) int64
    xy: np.ndarray  # (n, 2) float32, sorted

    @classmethod
    def of(cls, xy: np.ndarray) -> Buckets:
        """Index (n, 2) float32 points; what is not a number goes to the first bucket and is never found."""
        across = int(np.clip(np.sqrt(len(xy) / PER_BUCKET), 1, MOST_ACROSS))
        finite = xy if np.isfinite(xy).all() else xy[np.isfinite(xy).all(axis=1)]
        low = finite.min(axis=0).astype(float) if len(finite) else np.zeros(2)
        high = finite.max(axis=0).astype(float) if len(finite) else np.ones(2)
        size = np.maximum((high - low) / across, 1e-12)
        with np.errstate(invalid="ignore"):
            places = np.clip((xy - low.astype(np.float32)) / size.astype(np.float32), 0, across - 1)
            places = np.nan_to_num(places).astype(np.int32)
        order, starts = loops().bucket_order(places[:, 1] * np.int32(across) + places[:, 0], across * across)
        return cls(float(low[0]), float(low[1]), float(size[0]), float(size[1]), across, order, starts, xy[order])

    def __len__(self) -> int:
        return len(self.order)

    def band(self, bottom: float, top: float) -> tuple[int, int]:
        """The run of sorted places whose rows of buckets touch `bottom`..`top` (map units)."""
        first, last = self._rows(bottom, top)
        return int(self.starts[first * self.across]), int(self.starts[(last + 1) * self.across])

    def near(self, left: float, bottom: float, right: float, top: float) -> np.ndarray:
        """Sorted places of all points in buckets that touch the rectangle: a superset of the points inside it."""
        first, last = self._rows(bottom, top)
        begin, end = (
            int(np.clip((x - self.left) / self.size_x - slack, 0, self.across - 1))
            for x, slack in ((left, 0.01), (right, -0.01))
        )
        runs = [
            np.arange(self.starts[row * self.across + begin], self.starts[row * self.across + end + 1])
            for row in range(first, last + 1)
        ]
        return np.concatenate(runs) if runs else np.empty(0, dtype=np.int64)

    def _rows(self, bottom: float, top: float) -> tuple[int, int]:
        # a hundredth of a bucket of slack makes up for the rounding of float32 when the points were sorted
        first = int(np.clip((bottom - self.bottom) / self.size_y - 0.01, 0, self.across - 1))
        last = int(np.clip((top - self.bottom) / self.size_y + 0.01, 0, self.across - 1))
        return first, last


def nearest(
    buckets: Buckets,
    x: float,
    y: float,
    scale_x: float,
    scale_y: float,
    radius: float,
    pickable: np.ndarray,
) -> int | None:
    """Row of the point nearest to map position (x, y) within `radius` pixels, among rows where `pickable` (n,) bool holds.

    Nearness is measured in pixels at `scale_x`, `scale_y`; of two at the same place the lower row is picked.
    """
    reach_x, reach_y = radius / scale_x, radius / scale_y
    places = buckets.near(x - reach_x, y - reach_y, x + reach_x, y + reach_y)
    rows = buckets.order[places]
    kept = pickable[rows]
    places, rows = places[kept], rows[kept]
    offsets = (buckets.xy[places].astype(np.float64) - (x, y)) * (scale_x, scale_y)
    distance = (offsets**2).sum(axis=1)
    close = np.flatnonzero(distance <= radius**2)
    if not len(close):
        return None
    best = close[np.lexsort((rows[close], distance[close]))[0]]
    return int(rows[best])
