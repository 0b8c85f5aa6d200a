"""The window's side of the map worker: starts it, speaks with it, stops it in time, and says so when it ended by itself."""

from __future__ import annotations

import mmap
import os
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserFixable
from engine.maps.messages import (
    Arrange,
    Fault,
    Finished,
    Frame,
    Join,
    Place,
    Ready,
    Reply,
    Request,
    Seen,
    SharedFrames,
    Stage,
    Stop,
    Stopped,
)

if TYPE_CHECKING:
    import numpy as np

SLOTS = 3
ROOM = 4_096  # points that may join even the smallest layout
LOOK_EVERY = 0.05  # seconds between looks at the stop flag
STOP_WITHIN = 1.5  # seconds; a worker that has not stopped by then is ended

START = "import sys; sys.path[:0] = {path!r}; from engine.maps.worker import main; main()"


class MapStopped(UserFixable):
    """The worker ended by itself, or found a fault of ours; `details` holds what is known."""

    def __init__(self, details: str = "") -> None:
        super().__init__(
            "The map stopped while arranging.", "Your items and the last layout are safe.", "Arrange again."
        )
        self.details = details


@dataclass(frozen=True, eq=False)
class Picture:
    """One frame as it came: `positions` (n, 2) float32 in layout units, a copy."""

    positions: np.ndarray
    stage: Stage
    epoch: int
    epochs: int


class MapWorker:
    """One worker process, started with the first task (or `start`). One task at a time; calls from other threads wait."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._replies: queue.SimpleQueue[Reply | None] = queue.SimpleQueue()
        self._running = threading.Lock()
        self._starting = threading.Lock()
        self._sending = threading.Lock()
        self._task = 0

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process is not None else None

    def start(self) -> None:
        """Start the process if it is not there; returns at once, it gets ready meanwhile."""
        with self._starting:
            if self._process is not None and self._process.poll() is None:
                return
            self._replies = queue.SimpleQueue()
            self._process = subprocess.Popen(
                command(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_environment(),
            )
            threading.Thread(
                target=_listen, args=(self._process, self._replies), daemon=True, name="sightline-map-replies"
            ).start()

    def run(
        self,
        points: int,
        make: Callable[[int, SharedFrames], Arrange | Place],
        show: Callable[[Picture], None],
        check: Callable[[], None],
        between: Callable[[Callable[[Join], None], int], None] | None = None,
    ) -> tuple[np.ndarray, Finished]:
        """Carry out the task that `make(number, frames)` describes; returns the last positions and what the worker measured.

        `points` are laid out; the frames hold as many again that may join.
        `show` gets every frame. `check` is called every `LOOK_EVERY` seconds and may raise to stop; `between` as often, with a
        call that lets more points join and the task's number. Raises `MapStopped`, or whatever `check` raised.
        """
        with self._running:
            self.start()
            self._task += 1
            with tempfile.TemporaryDirectory(prefix="sightline-map-", dir=_memory_folder()) as folder:
                frames = SharedFrames(str(Path(folder) / "frames"), SLOTS, 2 * points + ROOM)
                request = make(self._task, frames)
                with Path(frames.path).open("w+b") as stream:
                    stream.truncate(frames.slots * frames.capacity * 8)
                    with mmap.mmap(stream.fileno(), 0) as shared:
                        self._send(request)
                        return self._follow(request, frames, shared, show, check, between)

    def close(self) -> None:
        """End the process."""
        with self._starting:
            process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            try:
                process.stdin.close()  # the worker ends when its input does
            except OSError:
                pass
        try:
            process.wait(1.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _follow(
        self,
        request: Arrange | Place,
        frames: SharedFrames,
        shared: mmap.mmap,
        show: Callable[[Picture], None],
        check: Callable[[], None],
        between: Callable[[Callable[[Join], None], int], None] | None,
    ) -> tuple[np.ndarray, Finished]:
        import numpy as np

        last: Picture | None = None
        while True:
            try:
                check()
                if between is not None:
                    between(self._send, request.task)
            except BaseException:
                self._stop(request.task)
                raise
            try:
                reply = self._replies.get(timeout=LOOK_EVERY)
            except queue.Empty:
                continue
            if reply is None:
                raise MapStopped(f"The map worker ended with code {self._ended()}.")
            if isinstance(reply, Ready) or reply.task != request.task:
                continue
            if isinstance(reply, Frame):
                offset = reply.slot * frames.capacity * 8
                seen = np.frombuffer(shared, np.float32, reply.count * 2, offset).reshape(-1, 2).copy()
                self._send(Seen(reply.slot))
                last = Picture(seen, reply.stage, reply.epoch, reply.epochs)
                show(last)
            elif isinstance(reply, Fault):
                raise MapStopped(reply.traceback)
            elif isinstance(reply, Finished):
                assert last is not None
                return last.positions, reply

    def _send(self, request: Request) -> None:
        process = self._process
        if process is None or process.stdin is None:
            return
        try:
            with self._sending:
                pickle.dump(request, process.stdin)
                process.stdin.flush()
        except OSError:
            pass  # it ended; the reply queue says so

    def _stop(self, task: int) -> None:
        self._send(Stop(task))
        until = time.monotonic() + STOP_WITHIN
        while (left := until - time.monotonic()) > 0:
            try:
                reply = self._replies.get(timeout=left)
            except queue.Empty:
                break
            if reply is None or (isinstance(reply, (Stopped, Finished, Fault)) and reply.task == task):
                return
            if isinstance(reply, Frame):
                self._send(Seen(reply.slot))
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _ended(self) -> int | None:
        process, self._process = self._process, None
        return process.wait() if process is not None else None


def command() -> list[str]:
    """How the map worker is started. A frozen application starts itself again with a verb for this."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--map-worker"]
    return [sys.executable, "-c", START.format(path=[entry for entry in sys.path if entry] or [os.getcwd()])]


def _listen(process: subprocess.Popen[bytes], replies: queue.SimpleQueue[Reply | None]) -> None:
    assert process.stdout is not None
    try:
        while True:
            replies.put(pickle.load(process.stdout))
    except (EOFError, OSError, ValueError, pickle.UnpicklingError):
        replies.put(None)


def _memory_folder() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def _environment() -> dict[str, str]:
    """Compiled code is kept in the user's cache, so that only the first start ever compiles; BLAS threads must not spin."""
    from platformdirs import user_cache_path

    environment = dict(os.environ)
    environment.setdefault("NUMBA_CACHE_DIR", str(user_cache_path("Sightline", appauthor=False) / "numba"))
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    environment.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    return environment
