"""An array that grows at its end without being copied each time."""

from __future__ import annotations

import numpy as np

SPARE = 1.5  # times the length, when room runs out


class Growing:
    """Rows behind rows; `rows` is a view of all so far and stays valid (with its length) when more come."""

    def __init__(self, first: np.ndarray) -> None:
        self._room = first
        self.rows = first

    def append(self, more: np.ndarray) -> np.ndarray:
        """Put `more` (n, ...) behind; returns all rows."""
        known, length = len(self.rows), len(self.rows) + len(more)
        if length > len(self._room):
            room = np.empty((int(length * SPARE), *self.rows.shape[1:]), self.rows.dtype)
            room[:known] = self.rows
            self._room = room
        self._room[known:length] = more
        self.rows = self._room[:length]
        return self.rows
