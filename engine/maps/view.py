"""Layout units to map units: the bulk of the points within [-1, 1], without a jump from frame to frame."""

from __future__ import annotations

import numpy as np

SHARE = 0.5  # percent of the points that may lie outside on each side
FOLLOW = 0.25  # how fast the view follows a growing layout
MARGIN = 1.06


class View:
    """Keeps a centre and a scale, and moves them gently towards each new picture's."""

    def __init__(self, centre: tuple[float, float] | None = None, scale: float | None = None) -> None:
        self._centre = None if centre is None else np.asarray(centre, np.float64)
        self._scale = scale

    def look(self, positions: np.ndarray) -> np.ndarray:
        """Follow `positions` (n, 2) and give them in map units, float32."""
        centre, scale = _box(positions)
        if self._centre is None or self._scale is None:
            self._centre, self._scale = centre, scale
        else:
            self._centre = self._centre + FOLLOW * (centre - self._centre)
            self._scale = self._scale + FOLLOW * (scale - self._scale)
        return self.show(positions)

    def settle(self, positions: np.ndarray) -> np.ndarray:
        """The view of the last picture: its own, whatever frames came before, so that a layout can be repeated."""
        self._centre, self._scale = _box(positions)
        return self.show(positions)

    def show(self, positions: np.ndarray) -> np.ndarray:
        """`positions` in map units, without moving the view."""
        assert self._centre is not None
        assert self._scale is not None
        return ((positions - self._centre.astype(np.float32)) / np.float32(self._scale)).astype(np.float32)

    @property
    def centre(self) -> tuple[float, float]:
        assert self._centre is not None
        return float(self._centre[0]), float(self._centre[1])

    @property
    def scale(self) -> float:
        assert self._scale is not None
        return float(self._scale)


def _box(positions: np.ndarray) -> tuple[np.ndarray, float]:
    if not len(positions):
        return np.zeros(2), 1.0
    low, high = np.percentile(positions, [SHARE, 100 - SHARE], axis=0)
    return (low + high) / 2, max(float((high - low).max()) / 2 * MARGIN, 1e-6)
