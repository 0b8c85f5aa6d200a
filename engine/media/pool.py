"""A small pool of media workers. A file that crashes, hangs or swells one costs that file; the worker is replaced.

Each worker is driven by a thread of its own that hands it one file at a time; a watch ends workers that take too long.
"""

from __future__ import annotations

import logging
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.files import reasons
from engine.media import messages
from engine.media.messages import Answer, Task

log = logging.getLogger("sightline.media")
SECONDS = 30.0  # for one file
BYTES_PER_SECOND = 20e6  # slow drives: large files get the time it takes to read them on top
MEMORY = 3 << 30  # bytes of addresses per worker
WATCH_EVERY = 0.25
START_SECONDS = 60.0

Taken = Callable[[Any, Answer], None]


@dataclass
class _Worker:
    process: subprocess.Popen[bytes] | None = None
    deadline: float | None = None
    overdue: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


class MediaPool:
    """`submit(token, task)`; `taken(token, answer)` is called on a worker's thread, once per task."""

    def __init__(self, taken: Taken, *, workers: int = 2, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._taken = taken
        self._seconds = seconds
        self._memory = memory
        self._tasks: queue.SimpleQueue[tuple[Any, Task] | None] = queue.SimpleQueue()
        self._workers = [_Worker() for _ in range(workers)]
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._drive, args=(worker,), name=f"sightline-media-{number}", daemon=True)
            for number, worker in enumerate(self._workers)
        ]
        self._watch = threading.Thread(target=self._end_overdue, name="sightline-media-watch", daemon=True)
        for thread in (*self._threads, self._watch):
            thread.start()

    def __enter__(self) -> MediaPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, token: Any, task: Task) -> None:
        """Queue one file."""
        self._tasks.put((token, task))

    def close(self) -> None:
        """End every worker, whatever it does. Tasks not begun are dropped."""
        self._closing.set()
        for _ in self._workers:
            self._tasks.put(None)
        for worker in self._workers:
            with worker.lock:
                if worker.process is not None:
                    worker.process.kill()
        for thread in (*self._threads, self._watch):
            thread.join(10)

    def processes(self) -> list[int]:
        """Ids of the worker processes that live now."""
        return [worker.process.pid for worker in self._workers if worker.process and worker.process.poll() is None]

    def _drive(self, worker: _Worker) -> None:
        try:
            while not self._closing.is_set() and (job := self._tasks.get()) is not None:
                token, task = job
                answer = self._ask(worker, task)
                if answer is None and self._closing.is_set():
                    return
                self._taken(token, answer or Answer(reason=reasons.READER_STOPPED))
        finally:
            self._end(worker)

    def _ask(self, worker: _Worker, task: Task) -> Answer | None:
        """The worker's answer; a reason when it died of the task or took too long; None when it could not be started."""
        for _ in range(2):
            if not self._alive(worker):
                return None
            process = worker.process
            assert process is not None
            assert process.stdin is not None
            assert process.stdout is not None
            allowed = self._seconds + _size(task.path) / BYTES_PER_SECOND
            try:
                messages.send(process.stdin, messages.task_to_header(task))
            except (BrokenPipeError, OSError):  # it died between two files, which is nobody's fault
                self._end(worker)
                continue
            worker.deadline = time.monotonic() + allowed
            try:
                message = messages.receive(process.stdout)
                worker.deadline = None
                if message is not None:
                    return messages.answer_from(*message)
            except (ValueError, KeyError, TypeError) as fault:
                log.warning("a media worker sent nonsense: %s", fault)
            worker.deadline = None
            overdue, status = worker.overdue, self._end(worker)
            if overdue:
                return Answer(reason=reasons.TOO_SLOW)
            if self._closing.is_set():
                return None
            log.warning("a media worker ended with %s on %s", status, task.name)
            return Answer(reason=reasons.READER_STOPPED, detail=_how_it_ended(status))
        return None

    def _alive(self, worker: _Worker) -> bool:
        if worker.process is not None and worker.process.poll() is None:
            return True
        with worker.lock:
            if self._closing.is_set():
                return False
            worker.overdue = False
            worker.process = subprocess.Popen(
                command(self._memory),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                close_fds=True,
            )
        worker.deadline = time.monotonic() + START_SECONDS
        assert worker.process.stdout is not None
        try:
            ready = messages.receive(worker.process.stdout)
        except ValueError:
            ready = None
        worker.deadline = None
        if ready is None and not self._closing.is_set():
            log.error("a media worker did not start")
        return ready is not None

    def _end(self, worker: _Worker) -> int | None:
        with worker.lock:
            process, worker.process = worker.process, None
        worker.overdue = False
        if process is None:
            return None
        if not _ends_by_itself(process):
            process.kill()
        status = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was not yet written has nowhere to go
                    pass
        return status

    def _end_overdue(self) -> None:
        while not self._closing.wait(WATCH_EVERY):
            now = time.monotonic()
            for worker in self._workers:
                deadline = worker.deadline
                if deadline is not None and now > deadline:
                    with worker.lock:
                        worker.overdue = True
                        worker.deadline = None
                        if worker.process is not None:
                            worker.process.kill()


def command(memory: int) -> list[str]:
    """How a media worker is started. A frozen application starts itself again with a verb for this."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--media-worker", str(memory)]
    return [sys.executable, "-m", "engine.media.worker", str(memory)]


def _environment() -> dict[str, str]:
    """One thread per worker, our package found whatever folder the program was started in, compiled loops in the user's cache."""
    from platformdirs import user_cache_path

    here = str(Path(__file__).resolve().parents[2])
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    path = os.pathsep.join(part for part in (here, os.environ.get("PYTHONPATH", "")) if part)
    cache = os.environ.get("NUMBA_CACHE_DIR") or str(user_cache_path("Sightline", appauthor=False) / "numba")
    single["NUMBA_CACHE_DIR"] = cache
    return {**os.environ, **single, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}


def _ends_by_itself(process: subprocess.Popen[bytes]) -> bool:
    """A worker whose pipe closed is ending; its status says of what, if it is given a moment."""
    try:
        process.wait(0.2)
    except subprocess.TimeoutExpired:
        return False
    return True


def _how_it_ended(status: int | None) -> str:
    import signal

    if status is not None and status < 0:
        try:
            return signal.Signals(-status).name
        except ValueError:
            pass
    return f"exit status {status}"


def _size(path: bytes) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
