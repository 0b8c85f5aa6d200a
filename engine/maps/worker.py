"""The map worker: a process of its own, so that numba's compiling and the descent never hold up the window.

Reads requests from standard input, answers on standard output, writes positions into shared frames. Ends when its input ends.
"""

from __future__ import annotations

import faulthandler
import os
import pickle
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from engine.maps.growing import Growing
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
    VectorFile,
)

if TYPE_CHECKING:
    from engine.maps.joint import Joint

FRAME_EVERY = 1 / 15  # seconds between frames


class TaskStopped(Exception):
    """The window asked to give the task up."""


class Worker:
    """Runs one task after the other; between steps it looks at what came in meanwhile."""

    def __init__(self, source: BinaryIO, target: BinaryIO) -> None:
        self._source, self._target = source, target
        self._inbox: queue.Queue[Request] = queue.Queue()
        self._pool = ThreadPoolExecutor(max(1, os.cpu_count() or 1))
        self._free: set[int] = set()
        self._frames: np.ndarray | None = None
        self._joined: list[Join] = []
        self._loaded = Loaded()

    def serve(self) -> None:
        """Work until the input ends."""
        threading.Thread(target=self._listen, daemon=True, name="map-inbox").start()
        # Imported by one thread before there are several: numba compiles under a lock of its own, and importing under another.
        from engine.maps.arranging import rehearse

        threading.Thread(target=rehearse, daemon=True, name="map-warm").start()
        self._say(Ready())
        while True:
            request = self._inbox.get()
            if isinstance(request, (Arrange, Place)):
                self._run(request)

    def _listen(self) -> None:
        try:
            while True:
                self._inbox.put(pickle.load(self._source))
        except (EOFError, OSError, pickle.UnpicklingError):
            os._exit(0)  # the window is gone; nothing here is worth saving

    def _say(self, reply: Reply) -> None:
        pickle.dump(reply, self._target)
        self._target.flush()

    def _run(self, request: Arrange | Place) -> None:
        try:
            with self._shared(request.frames):
                self._say(self._arrange(request) if isinstance(request, Arrange) else self._place(request))
        except TaskStopped:
            self._say(Stopped(request.task))
        except Exception as fault:  # told to the window, which tells the user; the worker goes on
            self._say(Fault(request.task, f"{type(fault).__name__}: {fault}", traceback.format_exc()))

    @contextmanager
    def _shared(self, frames: SharedFrames) -> Iterator[None]:
        self._frames = np.memmap(frames.path, np.float32, "r+", 0, (frames.slots, frames.capacity, 2))
        self._free = set(range(frames.slots))
        self._joined = []
        try:
            yield
        finally:
            self._frames = None

    # -- tasks ------------------------------------------------------------------------------------------------
    def _arrange(self, task: Arrange) -> Reply:
        from engine.maps.arranging import Arranging

        began = time.perf_counter()
        last_frame = 0.0
        arranging = Arranging(
            task,
            self._loaded.joint(task),
            self._pool,
            lambda: self._look(task.task, task.frames.capacity),
        )
        positions, stage, epoch = None, "first", 0
        for positions, stage, epoch in arranging.steps(self._joined_now):
            now = time.perf_counter()
            if stage == "first" or now - last_frame >= FRAME_EVERY:
                last_frame = now
                self._show(task.task, positions, "first" if stage == "first" else "refining", epoch, arranging.epochs)
        assert positions is not None
        self._show(task.task, positions, "settled", arranging.epochs, arranging.epochs, wait=True)
        seconds = {**arranging.seconds, "all": time.perf_counter() - began}
        return Finished(task.task, seconds, arranging.recall, arranging.epochs)

    def _place(self, task: Place) -> Reply:
        from engine.maps.arranging import place

        began = time.perf_counter()
        last_frame = 0.0
        positions = None
        for positions in place(
            task,
            self._loaded.joint(task),
            self._pool,
            lambda: self._look(task.task, task.frames.capacity),
        ):
            now = time.perf_counter()
            if now - last_frame >= FRAME_EVERY:
                last_frame = now
                self._show(task.task, positions, "placed", 0, 0)
        assert positions is not None
        self._show(task.task, positions, "placed", 0, 0, wait=True)
        return Finished(task.task, {"all": time.perf_counter() - began}, 1.0, 0)

    # -- between steps ----------------------------------------------------------------------------------------
    def _look(self, task: int, capacity: int) -> None:
        """Take in what arrived: seen frames, more points, a wish to stop (raises `TaskStopped`)."""
        while True:
            try:
                self._take(self._inbox.get_nowait(), task)
            except queue.Empty:
                return

    def _take(self, request: Request, task: int) -> None:
        if isinstance(request, Seen):
            self._free.add(request.slot)
        elif isinstance(request, Stop) and request.task == task:
            raise TaskStopped
        elif isinstance(request, Join) and request.task == task:
            self._joined.append(request)

    def _joined_now(self) -> list[tuple[Join, np.ndarray]]:
        """Points that came since the last call, with their vectors."""
        joined, self._joined = self._joined, []
        return [(join, load(join.vectors, join.rows)) for join in joined]

    def _show(
        self, task: int, positions: np.ndarray, stage: Stage, epoch: int, epochs: int, *, wait: bool = False
    ) -> None:
        """Write a frame where the window does not read; without a free slot it is skipped, unless `wait`."""
        assert self._frames is not None
        while wait and not self._free:
            self._take(self._inbox.get(), task)
        if not self._free:
            return
        slot = self._free.pop()
        count = min(len(positions), self._frames.shape[1])
        self._frames[slot, :count] = positions[:count]
        self._say(Frame(task, slot, count, stage, epoch, epochs))


class Loaded:
    """Items of the last task, kept so that the next one (usually the same and a few more) reads only what is new."""

    def __init__(self) -> None:
        self._path = ""
        self._rows = np.empty(0, np.int64)
        self._vectors = Growing(np.empty((0, 0), np.float32))
        self._joint: Joint | None = None

    def joint(self, task: Arrange | Place) -> Joint:
        """The task's items, ready to be compared. Placing goes on with the shift that the layout was made with."""
        from engine.maps.joint import Joint

        known = len(self._rows)
        same = task.vectors.path == self._path and 0 < known <= len(task.rows)
        if not (same and np.array_equal(task.rows[:known], self._rows)):
            self._vectors, self._joint = Growing(load(task.vectors, task.rows)), None
        elif known < len(task.rows):
            self._vectors.append(load(task.vectors, task.rows[known:]))
        self._path, self._rows = task.vectors.path, task.rows
        vectors, joint = self._vectors.rows, self._joint
        if isinstance(task, Place) and joint is not None and joint.corrected_as_asked == task.corrected:
            joint = joint.extended(vectors, task.kinds)
        else:
            joint = Joint(vectors, task.kinds, task.corrected)
        self._joint = joint
        return joint


def load(file: VectorFile, rows: np.ndarray) -> np.ndarray:
    """The given rows as float32 (n, d), brought to length one (they are stored in half precision)."""
    mapped = np.memmap(file.path, file.dtype, "r", file.offset, (file.rows, file.dimension))
    vectors = np.asarray(mapped[rows], np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=vectors, where=lengths > 0)


def main() -> None:
    """Entry point of the process."""
    faulthandler.register(signal.SIGUSR1) if hasattr(signal, "SIGUSR1") else None
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not mix with the replies
    Worker(sys.stdin.buffer, target).serve()


if __name__ == "__main__":
    main()
