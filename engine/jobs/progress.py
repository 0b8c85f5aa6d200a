"""Reporting and stopping are the same call: every report is also a place where a job may be paused or cancelled."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import TypeVar

from engine.errors import JobCancelled

T = TypeVar("T")
REPORT_EVERY = 0.1  # seconds; ten reports a second are all a person can read

Report = Callable[["Progress"], None]


class Progress:
    """Handed to a job's `run`. Also usable alone: `Progress()` reports to nobody and never stops."""

    def __init__(self, report: Report | None = None) -> None:
        self.done = 0
        self.total: int | None = None
        self.unit = "items"
        self.note = ""
        self.started = time.monotonic()
        self._report = report
        self._last = 0.0
        self._stop = threading.Event()
        self._go = threading.Event()
        self._go.set()
        self._paused_seconds = 0.0

    # -- for the job ------------------------------------------------------------------------------------------
    def over(self, things: Iterable[T], total: int | None = None, unit: str = "items") -> Iterator[T]:
        """Yield `things`; each step counts the length of the thing before it (a batch counts its members)."""
        self.start(total if total is not None else (len(things) if isinstance(things, Sized) else None), unit)
        for thing in things:
            self.check()
            yield thing
            self.step(len(thing) if isinstance(thing, (list, tuple)) else 1)
        self.report(force=True)

    def start(self, total: int | None, unit: str = "items", note: str = "") -> None:
        """Begin a stage of `total` units."""
        self.done, self.total, self.unit, self.note = 0, total, unit, note
        self.started = time.monotonic()
        self._paused_seconds = 0.0
        self.report(force=True)

    def step(self, count: int = 1, note: str | None = None) -> None:
        """`count` more units are finished."""
        self.done += count
        if note is not None:
            self.note = note
        self.check()

    def check(self) -> None:
        """Report when due, wait while paused, raise `JobCancelled` when the user wants to stop."""
        if self._stop.is_set():
            raise JobCancelled
        if not self._go.is_set():
            paused_at = time.monotonic()
            self.report(force=True)
            self._go.wait()
            self._paused_seconds += time.monotonic() - paused_at
            if self._stop.is_set():
                raise JobCancelled
        self.report()

    def report(self, *, force: bool = False) -> None:
        """Tell the listener where the job stands, at most ten times a second unless forced."""
        now = time.monotonic()
        if self._report is not None and (force or now - self._last >= REPORT_EVERY):
            self._last = now
            self._report(self)

    # -- for whoever watches ----------------------------------------------------------------------------------
    @property
    def rate(self) -> float | None:
        """Units per second of this stage, pauses left out."""
        elapsed = time.monotonic() - self.started - self._paused_seconds
        return self.done / elapsed if self.done and elapsed > 0.2 else None

    @property
    def seconds_left(self) -> float | None:
        """Time left of this stage at its rate so far."""
        rate = self.rate
        return (self.total - self.done) / rate if rate and self.total is not None else None

    @property
    def paused(self) -> bool:
        return not self._go.is_set()

    @property
    def cancelled(self) -> bool:
        return self._stop.is_set()

    def cancel(self) -> None:
        self._stop.set()
        self._go.set()

    def pause(self) -> None:
        self._go.clear()

    def resume(self) -> None:
        self._go.set()
