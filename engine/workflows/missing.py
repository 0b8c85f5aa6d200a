"""Gives vectors to items that are in the library without one in a space: left by a crash, or made before the model was chosen."""

from __future__ import annotations

import os
import queue
from collections import deque
from typing import TYPE_CHECKING, Any

from engine.media.messages import Answer, Task
from engine.workflows.arrival import Part
from engine.workflows.encoding import EncodingLine

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress
    from engine.workflows.scanning import Reader

PAGE = 1000  # items looked up at once
AHEAD = 3  # encoder batches


def encode_missing(
    engine: Engine, progress: Progress, reader: Reader, line: EncodingLine, collection_id: int | None = None
) -> int:
    """Read originals again and encode what has no vector. Returns how many items got one; items whose file is away are passed by."""
    if line.space_id is None:
        return 0
    wanted = deque(engine.vectors.items_without(line.space_id, collection_id, tuple(sorted(line.kinds))))  # type: ignore[arg-type]
    before = line.encoded
    if not wanted:
        return 0
    progress.start(len(wanted), "items", "Making vectors")
    in_flight = 0
    tasks: deque[tuple[int, str, Task]] = deque()
    while wanted or tasks or in_flight:
        if not tasks and wanted:
            page = [wanted.popleft() for _ in range(min(PAGE, len(wanted)))]
            words, tasks = _to_read(engine, line, page)
            line.take(words)
            progress.step(len(page) - len(tasks))
        while tasks and in_flight < max(8, AHEAD * line.batch()) and not line.crowded:
            item_id, kind, task = tasks.popleft()
            reader.pool.submit((item_id, kind), task)
            in_flight += 1
        if in_flight:
            got = _next(reader)
            if got is not None:
                (item_id, kind), answer = got
                in_flight -= 1
                progress.step()
                reading = answer.reading
                content = None if reading is None else reading.pixels if kind == "image" else reading.sound
                if content is not None:
                    line.take([Part(item_id, kind, content)])
        line.work()
        progress.check()
    line.finish(progress)
    return line.encoded - before


def _to_read(engine: Engine, line: EncodingLine, ids: list[int]) -> tuple[list[Part], deque[tuple[int, str, Task]]]:
    """(texts, which need no file; tasks for pictures and sounds whose file is there)."""
    from engine.catalogue.queries.arrivals import items_to_read

    with engine.library.read() as session:
        rows = items_to_read(session, ids)
    words = [Part(number, kind, text) for number, kind, text in rows if kind == "text" and text]
    tasks: deque[tuple[int, str, Task]] = deque()
    for number, kind, _ in rows:
        path = engine.items.path_of(number) if kind != "text" else None
        if path is not None and path.exists():
            raw = os.fsencode(path)
            name = os.path.basename(raw).decode("utf-8", "backslashreplace")
            tasks.append((number, kind, Task(raw, name, line.wish(thumbnails=False))))
    return words, tasks


def _next(reader: Reader) -> tuple[Any, Answer] | None:
    try:
        return reader.answers.get(timeout=0.05)
    except queue.Empty:
        return None
