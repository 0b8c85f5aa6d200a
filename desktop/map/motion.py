"""Points on their way: from where they were drawn to where they belong, and new ones fading in."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

RELAYOUT_MS = 600
FADE_MS = 200
LONGEST_STEP_MS = 150  # between two frames of a settling layout
TOO_MANY = 300_000  # larger maps jump from frame to frame: moving them smoothly would cost more than it shows


class Motion:
    """One movement at a time. The clock is passed in, so that a movement can be looked at at any moment."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._before: np.ndarray | None = None
        self._after: np.ndarray | None = None
        self._started = 0.0
        self._seconds = 0.0
        self._eased = False
        self._last_frame = 0.0
        self.fresh = np.empty(0, np.int64)  # rows that fade in
        self._fade_started = 0.0
        self.reduced = False

    def begin(self, before: np.ndarray, after: np.ndarray, *, eased: bool) -> bool:
        """Start moving; eased: an asked-for re-layout. False when the points are to be drawn at `after` at once."""
        now = self._clock()
        since, self._last_frame = now - self._last_frame, now
        if self.reduced or len(after) > TOO_MANY or before is after or np.array_equal(before, after):
            self.finish()
            return False
        self._before, self._after, self._eased, self._started = before, after, eased, now
        self._seconds = RELAYOUT_MS / 1000 if eased else min(since, LONGEST_STEP_MS / 1000)
        return True

    def fade_in(self, rows: np.ndarray) -> None:
        """These rows are new: they appear over 200 ms, and nothing else moves for them."""
        self.fresh, self._fade_started = rows[:0] if self.reduced else rows, self._clock()

    @property
    def moving(self) -> bool:
        return self._after is not None

    @property
    def active(self) -> bool:
        return self.moving or len(self.fresh) > 0

    @property
    def share(self) -> float:
        """How far along the movement is, 0 to 1, as drawn."""
        if self._after is None or self._seconds <= 0:
            return 1.0
        along = min(1.0, (self._clock() - self._started) / self._seconds)
        return along * along * (3 - 2 * along) if self._eased else along

    @property
    def opacity(self) -> float:
        """Of the fresh rows, 0 to 1."""
        return min(1.0, (self._clock() - self._fade_started) * 1000 / FADE_MS)

    def step(self) -> np.ndarray | None:
        """Where the points are now, or None when they stand still. The last step is exactly where they belong."""
        if len(self.fresh) and self.opacity >= 1:
            self.fresh = np.empty(0, np.int64)
        if self._before is None or self._after is None:
            return None
        share = self.share
        if share >= 1:
            after = self._after
            self._before = self._after = None
            return after
        return self._before + (self._after - self._before) * np.float32(share)

    def finish(self) -> np.ndarray | None:
        """Jump to the end; where the points belong, or None when nothing moved."""
        after, self._before, self._after = self._after, None, None
        return after
