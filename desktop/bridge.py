"""Engine events become Qt signals here, and nothing else does. Reads run on reader threads, user acts on one writer thread.

Comes in: `Engine`. Goes out: signals on the GUI thread. Nothing else in `desktop` touches SQL, files, vectors or torch.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Signal

from engine.errors import UserFixable, disk_full
from engine.events import Changed, Event, JobFinished, JobProgress, JobQueued, MapFrame, Notice, TrainingReport
from engine.values import Done

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Job

log = logging.getLogger("sightline.bridge")
T = TypeVar("T")
READERS = 4
AT_ONCE = 2  # readers that one kind of question may hold; searches that wait for a model must not keep pictures waiting


class EngineBridge(QObject):
    """The only door between the window and the engine. Signals arrive on the thread this object lives on."""

    queued = Signal(object)  # JobQueued
    progressed = Signal(object)  # JobProgress
    finished = Signal(object)  # JobFinished
    changed = Signal(object)  # Changed
    map_frame = Signal(object)  # MapFrame; only the newest of each space and correction when the window is behind
    noticed = Signal(object)  # Notice
    trained = Signal(object)  # TrainingReport: a point of a run's curves
    acted = Signal(object)  # Done: a user act was carried out, and can be undone
    fault = Signal(str, str)  # a mistake of ours: one sentence, traceback

    _answered = Signal(object)
    _frame_waits = Signal()

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = engine
        self._readers = ThreadPoolExecutor(READERS, "sightline-reader")
        self._writer = ThreadPoolExecutor(1, "sightline-writer")
        self._newest: dict[str, int] = {}  # key of a question -> number of its newest asking
        self._asked = 0
        self._running: dict[str, int] = {}  # key -> readers at work for it
        self._waiting: dict[str, Callable[[], None]] = {}
        self._closed = False
        self.submitted: dict[int, Job] = {}  # what the window asked for, by number
        self._frames: dict[tuple[int, bool], MapFrame] = {}
        self._frames_guard = threading.Lock()
        self._answered.connect(self._deliver)
        self._frame_waits.connect(self._deliver_frames)
        self._unsubscribe = engine.jobs.subscribe(self._relay)

    # -- jobs -------------------------------------------------------------------------------------------------
    def submit(self, job: Job) -> int:
        """Queue a job; returns its number."""
        number = self.engine.jobs.submit(job)
        self.submitted[number] = job
        return number

    def cancel(self, job_id: int) -> None:
        self.engine.jobs.cancel(job_id)

    def pause(self, job_id: int) -> None:
        self.engine.jobs.pause(job_id)

    def resume(self, job_id: int) -> None:
        self.engine.jobs.resume(job_id)

    # -- questions and acts -----------------------------------------------------------------------------------
    def ask(
        self,
        question: Callable[[Engine], T],
        then: Callable[[T], None],
        *,
        key: str | None = None,
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Run `question` on a reader thread and `then` with its answer here. A newer asking with the same `key` drops this one."""
        if self._closed:
            return
        self._asked += 1
        number = self._asked
        if key is not None:
            self._newest[key] = number

        def still_wanted() -> bool:
            return not self._closed and (key is None or self._newest.get(key) == number)

        def work() -> None:
            if not still_wanted():
                return
            try:
                answer = question(self.engine)
            except Exception as fault:
                self._hand_over((still_wanted, failed or self._tell, fault))
            else:
                self._hand_over((still_wanted, then, answer))

        if key is None:
            self._readers.submit(work)
        else:
            self._begin(key, work)

    def act(self, what: Callable[[Engine], Done | None], then: Callable[[Done | None], None] | None = None) -> None:
        """Carry out a user act on the writer thread, in the order asked; `acted` then offers to undo it."""
        if self._closed:
            return

        def work() -> None:
            try:
                done = what(self.engine)
            except Exception as fault:
                self._hand_over((_always, self._tell, fault))
            else:
                self._hand_over((_always, lambda answer: self._after_act(answer, then), done))

        self._writer.submit(work)

    def told(self, then: Callable[[], object]) -> None:
        """Run `then` on the GUI thread soon; for listeners that the engine calls on other threads."""

        def run(_: None) -> None:
            then()

        self._hand_over((lambda: not self._closed, run, None))

    def wait_for_acts(self) -> None:
        """Block until every act asked so far has been carried out (before closing the library)."""
        self._writer.submit(_nothing).result()

    def close(self) -> None:
        """Stop listening and let running reads and acts end; later answers are dropped."""
        if self._closed:
            return
        self._unsubscribe()
        self._writer.shutdown(wait=True)
        self._closed = True
        self._readers.shutdown(wait=True, cancel_futures=True)

    def _begin(self, key: str, work: Callable[[], None]) -> None:
        """Start a question of a kind, or let it wait in place of an older one that has not begun."""
        if self._running.get(key, 0) >= AT_ONCE:
            self._waiting[key] = work
            return
        self._running[key] = self._running.get(key, 0) + 1

        def run() -> None:
            try:
                work()
            finally:
                self._hand_over((_always, self._end, key))

        self._readers.submit(run)

    def _end(self, key: str) -> None:
        self._running[key] -= 1
        work = self._waiting.pop(key, None)
        if work is not None and not self._closed:
            self._begin(key, work)

    # -- from other threads -----------------------------------------------------------------------------------
    def _hand_over(self, answer: tuple[Callable[[], bool], Callable[[Any], None], Any]) -> None:
        try:
            self._answered.emit(answer)
        except RuntimeError:  # the window is gone and Qt has deleted this object; nobody waits for the answer
            log.debug("an answer came after the window had closed")

    def _relay(self, event: Event) -> None:
        try:
            match event:
                case JobQueued():
                    self.queued.emit(event)
                case JobProgress():
                    self.progressed.emit(event)
                case JobFinished():
                    self.finished.emit(event)
                case Changed():
                    self.changed.emit(event)
                case Notice():
                    self.noticed.emit(event)
                case TrainingReport():
                    self.trained.emit(event)
                case MapFrame():
                    with self._frames_guard:
                        first = not self._frames
                        self._frames[event.space_id, event.corrected] = event
                    if first:
                        self._frame_waits.emit()
        except RuntimeError:
            log.debug("an event came after the window had closed")

    # -- on the GUI thread ------------------------------------------------------------------------------------
    def _deliver(self, answer: tuple[Callable[[], bool], Callable[[Any], None], Any]) -> None:
        still_wanted, then, value = answer
        if still_wanted():
            then(value)

    def _deliver_frames(self) -> None:
        with self._frames_guard:
            frames, self._frames = list(self._frames.values()), {}
        for frame in frames:
            self.map_frame.emit(frame)

    def _after_act(self, done: Done | None, then: Callable[[Done | None], None] | None) -> None:
        if done is not None:
            self.acted.emit(done)
        if then is not None:
            then(done)

    def _tell(self, fault: Exception) -> None:
        """What could not be done is said once: the user's part as a notice, ours as a fault with a report."""
        fault = disk_full(fault) or fault
        if isinstance(fault, UserFixable):
            self.noticed.emit(Notice(fault.what, fault.means, fault.remedy, "warn"))
            return
        import traceback

        log.error("a question to the engine ended with a fault", exc_info=fault)
        report = "".join(traceback.format_exception(fault))
        self.fault.emit(f"{type(fault).__name__}: {fault}", f"{time.strftime('%Y-%m-%d %H:%M:%S')}\n{report}")


def _always() -> bool:
    return True


def _nothing() -> None:
    return None
