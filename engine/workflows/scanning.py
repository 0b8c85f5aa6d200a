"""One pipelined pass over a collection: walk, read in workers, keep, encode; all at once, with bounded queues between.

The walk runs on a thread of its own, files are read by media workers, and everything that writes or encodes runs on the thread
that calls `scan`. Every batch is kept whole, so that a scan can stop anywhere and be taken up again.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.errors import JobCancelled
from engine.events import Changed, FileOutcome, FilesSeen
from engine.files import reasons, volumes
from engine.files.difference import Difference, Known
from engine.files.junk import JunkList
from engine.files.names import absolute, text_of
from engine.files.scan import Found, Walk
from engine.media.messages import Answer, Task
from engine.media.pool import MediaPool
from engine.workflows.arrival import Arrival, keep_arrivals
from engine.workflows.departure import settle_gone
from engine.workflows.encoding import EncodingLine
from engine.workflows.linking import link_pairs
from engine.workflows.sidecars import read_sidecars
from engine.workflows.summary import ScanSummary

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress

KEEP_AT_LEAST = 32  # files per transaction, once they come in quickly
KEEP_EVERY = 0.4  # seconds; the first items are wanted sooner than a full batch
ANNOUNCE_EVERY = 0.25
READ_AHEAD = 3  # encoder batches
LEAST_AHEAD, MOST_AHEAD = (
    3 * KEEP_AT_LEAST,
    512,
)  # files; readers must not run dry while a transaction fills and is written


@dataclass(frozen=True, eq=False)
class _Asked:
    """A file on its way through a worker. `whole` is False while only its hash is asked for."""

    found: Found
    before: Known | None
    whole: bool


@dataclass(frozen=True)
class _Pending:
    """A file with a content the library had before: copies, or moved; told apart when the walk has ended."""

    path: str
    content_hash: str
    kind: str | None


class Reader:
    """A pool of media workers whose answers wait in a queue, oldest first."""

    def __init__(self, engine: Engine) -> None:
        settings = engine.settings
        self.answers: queue.SimpleQueue[tuple[_Asked, Answer]] = queue.SimpleQueue()
        self.pool = MediaPool(
            lambda token, answer: self.answers.put((token, answer)),
            workers=settings.get("media.workers") or max(2, min(8, (os.cpu_count() or 2) // 2)),
            seconds=float(settings.get("media.seconds")),
            memory=int(settings.get("media.memory")) << 20,
        )

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.close()


@dataclass
class Scan:
    """One pass over one collection. `below` limits it to some folders or files; `again` are paths to be read whatever their times say."""

    engine: Engine
    progress: Progress
    reader: Reader
    line: EncodingLine
    summary: ScanSummary
    collection_id: int
    root: str
    below: tuple[bytes, ...] = ()
    again: frozenset[str] = frozenset()
    _arrivals: list[Arrival] = field(default_factory=list)
    _pending: list[_Pending] = field(default_factory=list)
    _outcomes: list[FileOutcome] = field(default_factory=list)
    _in_flight: int = 0
    _changed: bool = False
    _kept_at: float = 0.0
    _announced_at: float = 0.0
    _sizes: set[int] = field(default_factory=set)

    def run(self) -> None:
        """Bring the library in step with the folder. Raises `JobCancelled`; what was kept until then stays."""
        from engine.catalogue.queries.files import places_of, sizes_known

        with self.engine.library.read() as session:
            known = {path: Known(*place) for path, place in places_of(session, self.collection_id).items()}
            self._sizes = sizes_known(session)
        walk = Walk(self.root, JunkList(self.engine.settings.get("files.junk")), self.below)
        difference = Difference(known, self.again)
        walker = _Walker(difference.to_read(walk))
        self._kept_at = time.monotonic()
        try:
            self._read(walker)
        except JobCancelled:
            walker.stop()
            self._keep()
            raise
        self._tell_unchanged(difference.unchanged)
        self._settle(walk, difference)
        if self._changed:
            link_pairs(self.engine, self.collection_id, self.root, self._answer_of)
            read_sidecars(self.engine, self.collection_id, self.root)
        self._announce(force=True)

    # -- reading ----------------------------------------------------------------------------------------------
    def _read(self, walker: _Walker) -> None:
        started = self.progress.done
        while True:
            fed = self._feed(walker)
            taken = self._take(wait=not fed and self.line.idle)
            self._keep_when_due()
            worked = self.line.work()
            if walker.ended and self.progress.total is None:
                self.progress.total = started + walker.found
            self.progress.check()
            if walker.ended and not walker.waiting and not self._in_flight:
                self._keep()
                if walker.begin_edited():
                    continue
                return
            if not (fed or taken or worked) and not self.line.idle:
                self._take(wait=True)

    def _feed(self, walker: _Walker) -> bool:
        """Hand files to the workers, as many as may be on their way."""
        ahead = min(MOST_AHEAD, max(LEAST_AHEAD, READ_AHEAD * self.line.batch()))
        fed = False
        while self._in_flight + len(self._arrivals) < ahead and not self.line.crowded and (pair := walker.next()):
            found, before = pair
            fed = True
            if found.junk:
                self._arrive(found, before, Answer(reason=reasons.ON_JUNK_LIST))
                continue
            copy = found.size in self._sizes and found.path not in self.again
            self._ask(_Asked(found, before, whole=not copy))
        return fed

    def _ask(self, asked: _Asked) -> None:
        path = absolute(self.root, asked.found.path, asked.found.raw_path)
        name = asked.found.path.rpartition("/")[2]
        self._in_flight += 1
        self.reader.pool.submit(asked, Task(path, name, self.line.wish(), hash_only=not asked.whole))

    def _take(self, *, wait: bool) -> bool:
        """Take the answers that are there; with `wait`, give the next one a moment."""
        taken = False
        while True:
            try:
                asked, answer = (
                    self.reader.answers.get(timeout=0.05) if wait and not taken else self.reader.answers.get_nowait()
                )
            except queue.Empty:
                return taken
            taken = True
            self._in_flight -= 1
            if asked.whole or answer.reason:
                self._arrive(asked.found, asked.before, answer)
            elif not self._is_known(asked, answer):
                self._ask(_Asked(asked.found, asked.before, whole=True))

    def _is_known(self, asked: _Asked, answer: Answer) -> bool:
        """Deal with a file whose content the library has; nothing needs to be decoded again."""
        from engine.catalogue.queries.files import known_contents, touch_places

        assert answer.content_hash is not None
        found, before = asked.found, asked.before
        if before is not None and before.content_hash == answer.content_hash and before.status == "ok":
            with self.engine.library.write() as session:
                touch_places(session, [(before.file_id, found.size, found.mtime_ns)])
            self.summary.unchanged += 1
            self._tell(found.path, before.kind, "unchanged")
            self.progress.step()
            return True
        with self.engine.library.read() as session:
            kind, _ = known_contents(session, [answer.content_hash]).get(answer.content_hash, (None, ""))
        if kind is None:
            return False
        self._arrive(found, before, Answer(answer.content_hash, answer.size, kind))
        return True

    # -- keeping ----------------------------------------------------------------------------------------------
    def _arrive(self, found: Found, before: Known | None, answer: Answer) -> None:
        self._arrivals.append(Arrival(found, before, answer))
        self.progress.step()

    def _keep_when_due(self) -> None:
        now = time.monotonic()
        if self._arrivals and (len(self._arrivals) >= KEEP_AT_LEAST or now - self._kept_at >= KEEP_EVERY):
            self._keep()

    def _keep(self) -> None:
        arrivals, self._arrivals = self._arrivals, []
        self._kept_at = time.monotonic()
        if not arrivals:
            return
        arrived = keep_arrivals(self.engine, self.collection_id, arrivals)
        self._changed = True
        self.summary.items += arrived.items_added
        for arrival in arrivals:
            self._sort(arrival, arrived.new_contents)
        self.line.take(arrived.parts)
        self._announce()

    def _sort(self, arrival: Arrival, new_contents: set[str]) -> None:
        answer, path = arrival.answer, arrival.found.path
        if answer.reason in reasons.SKIPPED:
            self.summary.left_alone += 1
            self._tell(path, None, "left alone", answer.reason or "")
        elif answer.reason:
            self.summary.failed += 1
            self._tell(path, answer.kind, "failed", answer.reason)
        else:
            self._sizes.add(arrival.found.size)
            kind = answer.reading.kind if answer.reading is not None else answer.kind
            kind = "text" if kind == "table" else kind
            if arrival.before is None and answer.content_hash not in new_contents:
                assert answer.content_hash is not None
                self._pending.append(_Pending(path, answer.content_hash, kind))
            else:
                self.summary.added += 1
                self._tell(path, kind, "added")

    def _settle(self, walk: Walk, difference: Difference) -> None:
        """Now that every file was seen: what moved, what is gone."""
        gone: list[Known] = []
        if volumes.connected(self.root, None):  # a drive pulled out half way takes nothing with it
            gone = difference.gone(walk.refused, tuple(text_of(part)[0] for part in self.below))
        moved = settle_gone(self.engine, gone, {entry.content_hash: entry.path for entry in self._pending})
        for entry in self._pending:
            status = "moved" if entry.path in moved.places else "added"
            setattr(self.summary, status, getattr(self.summary, status) + 1)
            self._tell(entry.path, entry.kind, status)
        for place in moved.removed:
            self.summary.removed += 1
            self._tell(place.path, None if place.kind in (None, "table") else place.kind, "removed")
        self._changed = self._changed or bool(gone)
        for folder in walk.refused:
            self.summary.notes.append(f"“{folder or self.root}” cannot be opened; what was known of it was kept.")

    # -- telling ----------------------------------------------------------------------------------------------
    def _tell_unchanged(self, places: Iterable[Known]) -> None:
        for place in places:
            if place.status == "failed":
                self.summary.failed += 1
                self._tell(place.path, place.kind, "failed", place.reason or "")
            elif place.status == "skipped":
                self.summary.left_alone += 1
                self._tell(place.path, None, "left alone", place.reason or "")
            else:
                self.summary.unchanged += 1
                self._tell(place.path, "text" if place.kind == "table" else place.kind, "unchanged")

    def _tell(self, path: str, kind: str | None, status: str, reason: str = "") -> None:
        self._outcomes.append(FileOutcome(os.path.join(self.root, path), kind, status, reason))  # type: ignore[arg-type]

    def _announce(self, *, force: bool = False) -> None:
        now = time.monotonic()
        if not force and now - self._announced_at < ANNOUNCE_EVERY:
            return
        self._announced_at = now
        outcomes, self._outcomes = self._outcomes, []
        if outcomes:
            self.engine.jobs.announce(FilesSeen(tuple(outcomes)))
        if self._changed:
            self.engine.jobs.announce(Changed(items=True, collections=True))

    def _answer_of(self, task: Task) -> Answer:
        """Read one file now, between others."""
        asked = _Asked(Found("", None, 0, 0), None, whole=True)
        self.reader.pool.submit(asked, task)
        while True:
            self.progress.check()
            try:
                return self.reader.answers.get(timeout=0.1)[1]
            except queue.Empty:
                continue


class _Walker:
    """Runs the walk on a thread. New places come first; edited ones wait until all new ones are kept, so that a file that
    was renamed while another took its name is recognised under its new name before its old place is looked at."""

    def __init__(self, pairs: Iterator[tuple[Found, Known | None]]) -> None:
        self._fresh: deque[tuple[Found, Known | None]] = deque()
        self._edited: deque[tuple[Found, Known | None]] = deque()
        self._pairs = pairs
        self._stop = threading.Event()
        self._fault: BaseException | None = None
        self._edited_begun = False
        self.found = 0
        self._thread = threading.Thread(target=self._walk, name="sightline-walk", daemon=True)
        self._thread.start()

    def _walk(self) -> None:
        try:
            for found, before in self._pairs:
                if self._stop.is_set():
                    return
                self.found += 1
                lived = before is not None and before.content_hash is not None and before.status == "ok"
                (self._edited if lived else self._fresh).append((found, before))
        except BaseException as fault:  # raised again where the job can end with it
            self._fault = fault

    @property
    def ended(self) -> bool:
        if self._thread.is_alive():
            return False
        if self._fault is not None:
            raise self._fault
        return True

    @property
    def waiting(self) -> int:
        return len(self._edited if self._edited_begun else self._fresh)

    def next(self) -> tuple[Found, Known | None] | None:
        """The next file to be read, or None when none waits now."""
        queue = self._edited if self._edited_begun else self._fresh
        return queue.popleft() if queue else None

    def begin_edited(self) -> bool:
        """Turn to the edited files. False when that was done before, or there are none."""
        begun, self._edited_begun = self._edited_begun, True
        return not begun and bool(self._edited)

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()
