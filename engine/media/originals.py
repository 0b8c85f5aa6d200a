"""The facade's area for originals that are looked at again: a large picture, a spectrogram. Read by a media worker, with its limits.

The worker starts with the first question and ends with the library.
"""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from engine.media.messages import Answer, Task
from engine.modalities.reading import Wish
from engine.models.specs import AudioSpec

if TYPE_CHECKING:
    import numpy as np

    from engine.media.pool import MediaPool

RATE = 16_000  # Hz; tones up to 8 kHz are drawn
KEPT = 6  # answers kept: going back and forth between two items reads each once


class Originals:
    """`path_of` names the file an item lies in. Every method may be called from any thread and waits for its answer."""

    def __init__(self, path_of: Callable[[int], Path | None]) -> None:
        self._path_of = path_of
        self._pool: MediaPool | None = None
        self._lock = threading.Lock()
        self._asked: set[Future[Answer]] = set()
        self._kept: OrderedDict[tuple[str, float, Wish], Answer] = OrderedDict()

    def picture(self, item_id: int, edge: int = 4096) -> bytes | None:
        """The picture, upright, at most `edge` pixels long, as JPEG or PNG. None when it cannot be read (any more)."""
        answer = self._read(item_id, Wish(thumbnails=False, large=edge))
        if answer is None or answer.reading is None:
            return None
        return answer.reading.thumbnails.get(edge)

    def spectrogram(self, item_id: int, columns: int, rows: int) -> np.ndarray | None:
        """Levels over the whole sound, uint8 (rows, columns), high tones first. None when it cannot be read (any more)."""
        from engine.media.spectrogram import spectrogram

        answer = self._read(item_id, Wish(audio=AudioSpec(sample_rate=RATE), thumbnails=False))
        if answer is None or answer.reading is None or answer.reading.sound is None:
            return None
        return spectrogram(answer.reading.sound, RATE, columns, rows)

    def close(self) -> None:
        """End the worker; questions under way are answered with nothing."""
        with self._lock:
            pool, self._pool = self._pool, None
            asked, self._asked = self._asked, set()
        if pool is not None:
            pool.close()
        for waiting in asked:
            if not waiting.done():
                waiting.set_result(Answer())

    def _read(self, item_id: int, wish: Wish) -> Answer | None:
        path = self._path_of(item_id)
        try:
            changed = os.stat(path).st_mtime if path is not None else None
        except OSError:
            return None
        if path is None or changed is None:
            return None
        key = (str(path), changed, wish)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
            pool = self._pool = self._pool or self._started()
            waiting: Future[Answer] = Future()
            self._asked.add(waiting)
        pool.submit(waiting, Task(os.fsencode(path), path.name, wish))
        answer = waiting.result(timeout=120)
        with self._lock:
            self._asked.discard(waiting)
            if _is_small(answer):
                self._kept[key] = answer
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return answer

    def _started(self) -> MediaPool:
        from engine.media.pool import MediaPool

        return MediaPool(lambda waiting, answer: waiting.set_result(answer), workers=1)


def _is_small(answer: Answer) -> bool:
    """Long sounds are not kept: an hour takes 115 MB."""
    return answer.reading is None or answer.reading.sound is None or answer.reading.sound.nbytes < 32 << 20
