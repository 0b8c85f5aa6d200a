"""Watches for new vectors, and starts the live map's job when there is something to arrange or to place."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.events import Changed, Event, JobFinished, JobQueued

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Job

LiveJob = Callable[[Callable[[], bool]], "Job"]  # given what says whether another map job waits
log = logging.getLogger("sightline.maps")
LEFT_ALONE = 60.0  # seconds after the user cancelled the live map


class Follower:
    """One daemon thread that sleeps until vectors, models or settings of the map changed. `end` it before the engine closes."""

    def __init__(self, engine: Engine, begin: Callable[[], None], job: LiveJob) -> None:
        self._engine = engine
        self._begin = begin
        self._job = job
        self._changed = threading.Event()
        self._ended = threading.Event()
        self._yield = threading.Event()  # a map job of the user waits: the live one makes room
        self._waiting: set[int] = set()
        self._live: int | None = None
        self._submitting = False
        self._unsubscribe = engine.jobs.subscribe(self._listen)
        self._changed.set()
        self._thread = threading.Thread(target=self._watch, name="sightline-map-follower", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop watching, and the live map's job with it."""
        self._ended.set()
        self._changed.set()
        self._unsubscribe()
        if self._live is not None:
            self._engine.jobs.cancel(self._live)
        if threading.current_thread() is not self._thread:
            self._thread.join(5.0)

    def _watch(self) -> None:
        self._begin()
        while not self._ended.is_set():
            self._changed.wait()
            self._changed.clear()
            if self._ended.is_set():
                return
            try:
                if self._engine.maps.enough() and self._engine.maps.unplaced():
                    self._run()
            except Exception:  # the library may close at any moment; a fault here must not end the following
                log.debug("looking for new points", exc_info=True)

    def _is_own(self) -> bool:
        """Whether the job that is being queued is the live one: queueing is announced on the thread that submits."""
        return self._submitting and threading.current_thread() is self._thread

    def _run(self) -> None:
        self._submitting = True
        self._live = self._engine.jobs.submit(self._job(self._yield.is_set))
        self._submitting = False
        finished = self._engine.jobs.wait(self._live)
        self._live = None
        if finished.outcome == "cancelled":
            self._ended.wait(LEFT_ALONE)

    def _listen(self, event: Event) -> None:
        if isinstance(event, Changed) and (event.vectors or event.models):
            self._changed.set()
        elif isinstance(event, JobQueued) and event.lane == "map" and not self._is_own():
            self._waiting.add(event.job_id)
            self._yield.set()
        elif isinstance(event, JobFinished) and event.job_id in self._waiting:
            self._waiting.discard(event.job_id)
            if not self._waiting:
                self._yield.clear()
            self._changed.set()
