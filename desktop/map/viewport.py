"""Where the map is looked at: map units to pixels and back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

MOST_STRETCH = 2.0  # distances on a map have no unit, but far more than this would mislead about who is near
SAMPLE = 8_000
OUTLYING = 1.35


@dataclass(frozen=True)
class Viewport:
    """Centre in map units, pixels per unit along each axis, size in pixels. Map y points up, pixel y down."""

    x: float = 0.0
    y: float = 0.0
    scale_x: float = 100.0
    scale_y: float = 100.0
    width: int = 1
    height: int = 1

    @property
    def affine(self) -> tuple[float, float, float, float]:
        """(a, b, c, d) so that pixel = (a x + b, c y + d)."""
        return (
            float(self.scale_x),
            self.width / 2 - float(self.scale_x * self.x),
            -float(self.scale_y),
            self.height / 2 + float(self.scale_y * self.y),
        )

    def to_pixels(self, coordinates: np.ndarray) -> np.ndarray:
        """(n, 2) map units -> (n, 2) float64 pixels."""
        a, b, c, d = self.affine
        return np.asarray(coordinates, dtype=np.float64) * (a, c) + (b, d)

    def to_map(self, x: float, y: float) -> tuple[float, float]:
        """One pixel position -> map units."""
        return self.x + (x - self.width / 2) / self.scale_x, self.y - (y - self.height / 2) / self.scale_y

    def polygon_to_map(self, pixels: np.ndarray) -> np.ndarray:
        """(m, 2) pixels -> (m, 2) float64 map units."""
        a, b, c, d = self.affine
        return (np.asarray(pixels, dtype=np.float64) - (b, d)) / (a, c)

    def zoomed(self, factor: float, x: float, y: float) -> Viewport:
        """Closer by `factor`, with what is under pixel (x, y) staying there."""
        at_x, at_y = self.to_map(x, y)
        scale_x, scale_y = self.scale_x * factor, self.scale_y * factor
        return replace(
            self,
            scale_x=scale_x,
            scale_y=scale_y,
            x=at_x - (x - self.width / 2) / scale_x,
            y=at_y + (y - self.height / 2) / scale_y,
        )

    def panned(self, dx: float, dy: float) -> Viewport:
        """Moved so that the points go `dx`, `dy` pixels along."""
        return replace(self, x=self.x - dx / self.scale_x, y=self.y + dy / self.scale_y)

    def resized(self, width: int, height: int) -> Viewport:
        return replace(self, width=max(1, width), height=max(1, height))

    def scaled(self, ratio: float) -> Viewport:
        """The same view in a buffer with `ratio` times the pixels along each axis."""
        if ratio == 1:
            return self
        return replace(
            self,
            scale_x=self.scale_x * ratio,
            scale_y=self.scale_y * ratio,
            width=max(1, round(self.width * ratio)),
            height=max(1, round(self.height * ratio)),
        )

    def between(self, other: Viewport, share: float) -> Viewport:
        """The view `share` of the way to `other`, for moving along with an animation."""
        return replace(
            other,
            x=self.x + (other.x - self.x) * share,
            y=self.y + (other.y - self.y) * share,
            scale_x=self.scale_x * (other.scale_x / self.scale_x) ** share,
            scale_y=self.scale_y * (other.scale_y / self.scale_y) ** share,
        )


def bounds_of(coordinates: np.ndarray) -> tuple[float, float, float, float]:
    """(left, bottom, right, top) of the points; a few far outliers do not shrink the rest. (n, 2) in map units."""
    points = coordinates
    low, high = _corners(points)
    if not np.isfinite(low + high).all():
        points = coordinates[np.isfinite(coordinates).all(axis=1)]
        if not len(points):
            return -1.0, -1.0, 1.0, 1.0
        low, high = _corners(points)
    if len(points) > 1000:
        sample = points[:: max(1, len(points) // SAMPLE)]
        inner_low, inner_high = np.percentile(sample, (0.3, 99.7), axis=0)
        room = (inner_high - inner_low) * (OUTLYING - 1) / 2
        low, high = np.maximum(low, inner_low - room), np.minimum(high, inner_high + room)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _corners(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Lower left and upper right of (n, 2) points, float64; not a number when there are none."""
    if not len(points):
        return np.full(2, np.nan), np.full(2, np.nan)
    x, y = points[:, 0], points[:, 1]  # twice as fast as along the axis
    return np.array([x.min(), y.min()], float), np.array([x.max(), y.max()], float)


def fitted(
    bounds: tuple[float, float, float, float],
    width: int,
    height: int,
    margins: tuple[int, int, int, int] = (24, 24, 24, 24),
    most_stretch: float = MOST_STRETCH,
) -> Viewport:
    """The view that shows `bounds` inside `margins` (left, top, right, bottom, in pixels)."""
    left, bottom, right, top = bounds
    span_x, span_y = max(right - left, 1e-6), max(top - bottom, 1e-6)
    room_x = max(40, width - margins[0] - margins[2])
    room_y = max(40, height - margins[1] - margins[3])
    scale_x, scale_y = room_x / span_x, room_y / span_y
    if scale_x > scale_y * most_stretch:
        scale_x = scale_y * most_stretch
    elif scale_y > scale_x * most_stretch:
        scale_y = scale_x * most_stretch
    middle_x = margins[0] + room_x / 2
    middle_y = margins[1] + room_y / 2
    return Viewport(
        x=(left + right) / 2 - (middle_x - width / 2) / scale_x,
        y=(bottom + top) / 2 + (middle_y - height / 2) / scale_y,
        scale_x=scale_x,
        scale_y=scale_y,
        width=max(1, width),
        height=max(1, height),
    )
