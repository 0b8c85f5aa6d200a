"""Watches folders whose collections ask for it: files put into them appear by themselves, a moment after the last change."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import TYPE_CHECKING, Any

from engine.events import Changed, Event, JobFinished
from engine.workflows.rescan import Rescan

if TYPE_CHECKING:
    from engine.engine import Engine

log = logging.getLogger("sightline.watch")
QUIET = 1.5  # seconds without a change before it is looked at: files are often written in several goes
LONGEST = 20.0  # seconds a folder that never rests is left alone
FEW_FOLDERS = 40  # more than these are looked at together, as the whole collection


class Watch:
    """Follows the collections of one engine from `start` to `close`. Submits `Rescan` jobs, and does nothing else."""

    def __init__(self, engine: Engine, *, quiet: float = QUIET) -> None:
        self._engine = engine
        self._quiet = quiet
        self._observers: dict[int, tuple[str, Any]] = {}
        self._touched: dict[int, set[bytes]] = {}
        self._first: dict[int, float] = {}
        self._last: dict[int, float] = {}
        self._running: dict[int, int] = {}  # collection id -> job id
        self._wake = threading.Condition()
        self._closed = False
        self._stale = True  # the list of watched collections is to be read again
        self._thread = threading.Thread(target=self._follow, name="sightline-watch", daemon=True)
        self._unsubscribe = engine.jobs.subscribe(self._on_event)

    def start(self) -> Watch:
        """Begin; the folders are opened on the watch's own thread."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Let every folder go."""
        self._unsubscribe()
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join(10)
        for number in list(self._observers):
            self._let_go(number)

    @property
    def folders(self) -> tuple[str, ...]:
        """Roots that are watched now."""
        return tuple(root for root, _ in self._observers.values())

    def _on_event(self, event: Event) -> None:
        with self._wake:
            if isinstance(event, Changed) and event.collections:
                self._stale = True
                self._wake.notify()
            elif isinstance(event, JobFinished):
                for number, job_id in list(self._running.items()):
                    if job_id == event.job_id:
                        del self._running[number]
                        self._wake.notify()

    def _on_change(self, number: int, root: str, path: str | bytes) -> None:
        below = os.path.relpath(os.path.dirname(os.fsencode(path)), os.fsencode(root))
        now = time.monotonic()
        with self._wake:
            self._touched.setdefault(number, set()).add(b"" if below == b"." else below)
            self._first.setdefault(number, now)
            self._last[number] = now
            self._wake.notify()

    def _follow(self) -> None:
        while True:
            with self._wake:
                while not self._closed and not self._stale and not self._due():
                    self._wake.wait(self._patience())
                if self._closed:
                    return
                stale, self._stale = self._stale, False
                due = {number: self._touched.pop(number) for number in self._due()}
                for number in due:
                    del self._first[number], self._last[number]
            if stale:
                self._choose()
            for number, folders in due.items():
                whole = b"" in folders or len(folders) > FEW_FOLDERS
                job = Rescan(number, () if whole else tuple(sorted(folders)))
                with self._wake:
                    self._running[number] = self._engine.jobs.submit(job)

    def _due(self) -> list[int]:
        now = time.monotonic()
        return [
            number
            for number in self._touched
            if number not in self._running
            and (now - self._last[number] >= self._quiet or now - self._first[number] >= LONGEST)
        ]

    def _patience(self) -> float | None:
        waiting = [self._last[number] for number in self._touched if number not in self._running]
        return max(0.02, min(waiting) + self._quiet - time.monotonic()) if waiting else None

    def _choose(self) -> None:
        """Watch exactly the roots that ask for it and are there."""
        from engine.catalogue.queries.files import watched_roots

        with self._engine.library.read() as session:
            wanted = watched_roots(session)
        for number in list(self._observers):
            if wanted.get(number) != self._observers[number][0]:
                self._let_go(number)
        for number, root in wanted.items():
            if number not in self._observers:
                self._begin(number, root)

    def _begin(self, number: int, root: str) -> None:
        from watchdog.events import FileSystemEvent, FileSystemEventHandler
        from watchdog.observers import Observer

        watch = self

        class Handler(FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                if event.event_type in ("opened", "closed_no_write"):  # our own reading, among others
                    return
                if event.is_directory and event.event_type == "modified":
                    return
                for path in (event.src_path, getattr(event, "dest_path", "")):
                    if path:
                        watch._on_change(number, root, path)

        observer = Observer()
        try:
            observer.schedule(Handler(), root, recursive=True)
            observer.start()
        except OSError as fault:  # the system watches only so many folders; looking again by hand still works
            log.warning("“%s” cannot be watched: %s", root, fault)
            return
        self._observers[number] = (root, observer)
        self._on_change(number, root, os.path.join(root, "."))  # what changed while nobody watched

    def _let_go(self, number: int) -> None:
        _, observer = self._observers.pop(number)
        observer.stop()
        observer.join(5)
