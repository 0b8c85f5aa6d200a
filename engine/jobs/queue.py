"""Lanes of jobs. Each lane is one thread that runs one job after the other.

`engine` owns the device and every long write; `map` supervises the map worker, so that the map lives while indexing goes on;
`download` waits for the network without keeping the others.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import time
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from engine.errors import JobCancelled, UserFixable, disk_full
from engine.events import Event, JobFinished, JobProgress, JobQueued
from engine.jobs.priority import put_behind
from engine.jobs.progress import Progress

if TYPE_CHECKING:
    from engine.engine import Engine

log = logging.getLogger("sightline.jobs")
Listener = Callable[[Event], None]


class Job(Protocol):
    """A frozen dataclass of its inputs. `run` returns anything; a `str` result becomes the summary."""

    @property
    def title(self) -> str: ...

    @property
    def lane(self) -> str: ...

    def run(self, engine: Engine, progress: Progress) -> Any: ...


class _Handle:
    def __init__(self, job_id: int, job: Job) -> None:
        self.job_id, self.job = job_id, job
        self.progress = Progress()
        self.ended = threading.Event()
        self.finish: JobFinished | None = None


class JobQueue:
    """Submit, watch, pause, resume, cancel. Listeners are called on the thread where the event arose."""

    def __init__(self, engine: Engine | None, lanes: tuple[str, ...] = ("engine", "map", "download")) -> None:
        self._engine = engine
        self._numbers = itertools.count(1)
        self._handles: dict[int, _Handle] = {}
        self._listeners: list[Listener] = []
        self._lanes: dict[str, queue.SimpleQueue[_Handle | None]] = {lane: queue.SimpleQueue() for lane in lanes}
        self._threads = [
            threading.Thread(target=self._work, args=(lane,), name=f"sightline-{lane}", daemon=True) for lane in lanes
        ]
        self._closed = False
        for thread in self._threads:
            thread.start()

    def give_way(self) -> None:
        """Run jobs behind the calling thread, the window's, so that it is served first when processors are scarce."""
        for thread in self._threads:
            put_behind(thread)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event from now on; returns the call that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def announce(self, event: Event) -> None:
        """Hand an event to every listener; one that raises is logged and does not cost the others theirs."""
        for listener in list(self._listeners):
            try:
                listener(event)
            except Exception:
                log.exception("a listener did not take %s", type(event).__name__)

    def submit(self, job: Job) -> int:
        """Queue a job on its lane; returns its number."""
        handle = _Handle(next(self._numbers), job)
        self._handles[handle.job_id] = handle
        self.announce(JobQueued(handle.job_id, job.title, job.lane))
        self._lanes[job.lane].put(handle)
        return handle.job_id

    def wait(self, job_id: int, timeout: float | None = None) -> JobFinished:
        """Block until the job ended (for scripts, tests and the command line). Raises TimeoutError."""
        handle = self._handles[job_id]
        if not handle.ended.wait(timeout):
            raise TimeoutError(f"{handle.job.title} is still running")
        assert handle.finish is not None
        return handle.finish

    def cancel(self, job_id: int) -> None:
        self._handles[job_id].progress.cancel()

    def pause(self, job_id: int) -> None:
        handle = self._handles[job_id]
        handle.progress.pause()

    def resume(self, job_id: int) -> None:
        self._handles[job_id].progress.resume()

    def unfinished(self) -> list[int]:
        """Numbers of the jobs that wait or run, oldest first."""
        return [number for number, handle in self._handles.items() if not handle.ended.is_set()]

    def close(self, timeout: float = 10.0) -> None:
        """Cancel everything and end the lanes."""
        if self._closed:
            return
        self._closed = True
        for number in self.unfinished():
            self.cancel(number)
        for lane in self._lanes.values():
            lane.put(None)
        for thread in self._threads:
            thread.join(timeout)

    def _work(self, lane: str) -> None:
        while (handle := self._lanes[lane].get()) is not None:
            self._run(handle)

    def _run(self, handle: _Handle) -> None:
        job, number = handle.job, handle.job_id
        progress = handle.progress
        progress._report = lambda state: self.announce(
            JobProgress(
                number,
                job.title,
                job.lane,
                state.done,
                state.total,
                state.unit,
                state.rate,
                state.seconds_left,
                state.note,
                state.paused,
            )
        )
        began = time.monotonic()
        finish: dict[str, Any]
        try:
            progress.check()
            result = job.run(self._engine, progress)  # type: ignore[arg-type]
            finish = {"outcome": "done", "summary": _sentence(result), "result": result}
        except JobCancelled:
            total = f" of {progress.total:,}" if progress.total is not None else ""
            finish = {
                "outcome": "cancelled",
                "summary": f"Cancelled. {progress.done:,}{total} were finished and are kept.",
            }
        except UserFixable as fault:
            finish = _told(fault)
        except Exception as fault:
            full = disk_full(fault)
            finish = _told(full) if full is not None else _confessed(job.title, fault)
        handle.finish = JobFinished(number, job.title, job.lane, seconds=time.monotonic() - began, **finish)
        handle.ended.set()
        self.announce(handle.finish)


def _told(fault: UserFixable) -> dict[str, Any]:
    reason = " ".join(part for part in (fault.what, fault.means) if part)
    return {"outcome": "failed", "reason": reason, "remedy": fault.remedy}


def _confessed(title: str, fault: Exception) -> dict[str, Any]:
    """A bug of ours: the job ends, the lane goes on."""
    log.error("%s ended with a fault", title, exc_info=fault)
    return {
        "outcome": "failed",
        "reason": f"Something in Sightline went wrong during “{title}”. Your files and library are safe.",
        "remedy": f"{type(fault).__name__}: {fault}",
        "details": "".join(traceback.format_exception(fault)),
    }


def _sentence(result: Any) -> str:
    """What a job's result says to people: itself, or its `sentence`."""
    return result if isinstance(result, str) else str(getattr(result, "sentence", ""))
