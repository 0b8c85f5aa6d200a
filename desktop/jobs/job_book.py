"""What is known of every job, gathered from the engine's events and, for earlier sessions, from its history; the views only read it."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from desktop import wording
from desktop.bridge import EngineBridge
from engine.events import JobFinished, JobProgress, JobQueued

State = Literal["waiting", "running", "paused", "done", "failed", "cancelled"]
REPAINT_MS = 250  # progress is shown at most four times a second
KEEP_FINISHED = 50


@dataclass(frozen=True)
class JobEntry:
    """One job. `share` is None while its length is unknown."""

    job_id: int
    title: str
    lane: str
    state: State = "waiting"
    done: int = 0
    total: int | None = None
    unit: str = "items"
    rate: float | None = None
    seconds_left: float | None = None
    note: str = ""
    summary: str = ""
    remedy: str = ""
    details: str = ""
    seconds: float = 0.0
    ended_at: float | None = None

    @property
    def is_active(self) -> bool:
        return self.state in ("running", "paused")

    @property
    def is_quiet(self) -> bool:
        """The map following along without anything to arrange: nothing a user would call work."""
        return self.lane == "map" and self.total is None

    @property
    def share(self) -> float | None:
        return min(1.0, self.done / self.total) if self.total else None

    @property
    def amount(self) -> str:
        """`2,914 of 4,906 sounds · 11 a second`."""
        if self.total is None:
            words = f"{wording.count(self.done)} {self.unit}" if self.done else ""
        else:
            words = f"{wording.count(self.done)} of {wording.count(self.total)} {self.unit}"
        if self.rate and self.state == "running":
            rate = f"{self.rate:,.0f}" if self.rate >= 10 else f"{self.rate:.1f}"
            words = f"{words} · {rate} a second" if words else f"{rate} a second"
        return " · ".join(part for part in (words, self.note) if part)

    @property
    def time_left(self) -> str:
        if self.state == "paused":
            return "Paused"
        return wording.time_left(self.seconds_left) if self.seconds_left is not None and self.total else ""

    @property
    def outcome(self) -> str:
        """How it ended, in one line."""
        word = {"done": "Done", "failed": "Stopped", "cancelled": "Cancelled"}.get(self.state, "")
        when = wording.date(self.ended_at) if self.ended_at is not None else ""
        head = ", ".join(part for part in (word, when) if part)
        tail = self.summary if self.state != "cancelled" else self.summary.removeprefix("Cancelled. ")
        return " · ".join(part for part in (head, tail) if part)


class JobBook(QObject):
    """`changed` comes at most four times a second; `ended` once per job."""

    changed = Signal()
    ended = Signal(object)  # JobEntry

    def __init__(self, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._entries: dict[int, JobEntry] = {}
        self._soon = QTimer(self, singleShot=True, interval=REPAINT_MS)
        self._soon.timeout.connect(self.changed)
        bridge.queued.connect(self._take_queued)
        bridge.progressed.connect(self._take_progress)
        bridge.finished.connect(self._take_finish)
        self._began = time.time()
        bridge.ask(lambda engine: engine.history.latest(KEEP_FINISHED), self._take_past, key="earlier jobs")

    # -- asking -----------------------------------------------------------------------------------------------
    def active(self) -> list[JobEntry]:
        """Running and paused jobs, oldest first; a map that only keeps watch is none."""
        return [entry for entry in self._entries.values() if entry.is_active and not entry.is_quiet]

    def waiting(self) -> list[JobEntry]:
        return [entry for entry in self._entries.values() if entry.state == "waiting" and entry.lane != "map"]

    def finished(self) -> list[JobEntry]:
        """Ended jobs, newest first."""
        ended = [e for e in self._entries.values() if e.ended_at is not None and not (e.is_quiet and e.state == "done")]
        return sorted(ended, key=lambda entry: entry.ended_at or 0.0, reverse=True)

    def get(self, job_id: int) -> JobEntry | None:
        return self._entries.get(job_id)

    # -- doing ------------------------------------------------------------------------------------------------
    def cancel(self, job_id: int) -> None:
        self._bridge.cancel(job_id)

    def toggle_pause(self, job_id: int) -> None:
        """Pause a running job, or let a paused one go on."""
        entry = self._entries.get(job_id)
        if entry is None or not entry.is_active:
            return
        if entry.state == "paused":
            self._bridge.resume(job_id)
            self._put(replace(entry, state="running"))
        else:
            self._bridge.pause(job_id)
            self._put(replace(entry, state="paused"))
        self.changed.emit()

    def pause_all(self) -> None:
        """Pause everything that runs, or let everything go on when all of it is paused."""
        active = self.active()
        running = [entry for entry in active if entry.state == "running"]
        for entry in running or active:
            self.toggle_pause(entry.job_id)

    def copy_command(self, job_id: int) -> None:
        """Put the command that does the same as a job on the clipboard."""
        from desktop.collections.clipboard import copy_command
        from engine.workflows.as_command import of_job

        job = self._bridge.submitted.get(job_id)
        copy_command(self._bridge, lambda engine: of_job(engine, job) if job is not None else None)

    # -- listening --------------------------------------------------------------------------------------------
    def _take_queued(self, event: JobQueued) -> None:
        self._put(JobEntry(event.job_id, event.title, event.lane))
        self.changed.emit()

    def _take_progress(self, event: JobProgress) -> None:
        self._put(
            JobEntry(
                event.job_id,
                event.title,
                event.lane,
                "paused" if event.paused else "running",
                event.done,
                event.total,
                event.unit,
                event.rate,
                event.seconds_left,
                event.note,
            )
        )
        if not self._soon.isActive():
            self._soon.start()

    def _take_finish(self, event: JobFinished) -> None:
        before = self._entries.get(event.job_id) or JobEntry(event.job_id, event.title, event.lane)
        entry = replace(
            before,
            state=event.outcome,
            summary=event.summary if event.outcome != "failed" else event.reason,
            remedy=event.remedy,
            details=event.details,
            seconds=event.seconds,
            seconds_left=None,
            ended_at=time.time(),
        )
        self._put(entry)
        old = self.finished()[KEEP_FINISHED:]
        for forgotten in old:
            del self._entries[forgotten.job_id]
        self.changed.emit()
        self.ended.emit(entry)

    def _take_past(self, jobs: list[JobFinished]) -> None:
        """Jobs of earlier sessions; their numbers begin anew each time, so here they are below zero."""
        for job in jobs:
            if job.ended_at is None or job.ended_at >= self._began:
                continue
            number = -1 - job.job_id
            self._put(
                JobEntry(
                    number,
                    job.title,
                    job.lane,
                    job.outcome,
                    summary=job.summary or job.reason,
                    seconds=job.seconds,
                    ended_at=job.ended_at,
                )
            )
        self.changed.emit()

    def _put(self, entry: JobEntry) -> None:
        self._entries[entry.job_id] = entry
