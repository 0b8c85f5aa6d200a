"""Lends vectors of words, items and outside files to the ways to ask; remembers those of words and files."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import UserFixable
from engine.retrieval.direction import unit
from engine.values import Kind

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.models.encoder import Encoder

REMEMBERED = 512
READ_SECONDS = 40.0


class Asker:
    """Vectors in the space of the model in use. Safe to call from several threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: OrderedDict[Hashable, tuple[np.ndarray, Kind]] = OrderedDict()
        self._lock = threading.Lock()

    def words(self, text: str) -> np.ndarray:
        """Unit vector of a sentence. Raises UserFixable when the model in use cannot read words."""
        encoder = self._engine.models.encoder()
        key = encoder.space_key, "words", text
        return self._remembered(key, lambda: (encoder.encode_texts([text])[0], "text"))[0]

    def item(self, item_id: int) -> np.ndarray:
        """Unit vector of an item's whole (or of all its segments together)."""
        space = self._engine.models.space()
        ids, vectors = self._engine.vectors.of(space.id, [item_id])
        if len(ids):
            return unit(vectors[0])
        table = self._engine.vectors.rows(space.id)
        rows = table.row[table.item_id == item_id]
        if len(rows):
            return unit(self._engine.vectors.store(space.id).matrix()[rows].astype(np.float32).mean(axis=0))
        raise UserFixable("Not indexed yet, so nothing can be compared.", "", "Index it, then search again.")

    def kind_of(self, item_id: int) -> Kind:
        """Kind of an item. Raises UserFixable when it is gone."""
        cards = self._engine.items.cards([item_id])
        if not cards:
            raise UserFixable("The item searched by is no longer in the library.", "", "Choose another.")
        return cards[0].kind

    def file(self, path: str) -> tuple[np.ndarray, Kind]:
        """Vector and kind of a file from outside. Raises UserFixable with the file's reason when it cannot be read."""
        place = Path(path).expanduser()
        try:
            stat = place.stat()
        except OSError as fault:
            raise _unreadable(place, "it is not there") from fault
        encoder = self._engine.models.encoder()
        key = encoder.space_key, str(place.absolute()), stat.st_mtime_ns, stat.st_size
        return self._remembered(key, lambda: self._encode(encoder, place))

    def _remembered(self, key: Hashable, make: Callable[[], tuple[np.ndarray, Kind]]) -> tuple[np.ndarray, Kind]:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        made = make()
        with self._lock:
            self._known[key] = made
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return made

    def _encode(self, encoder: Encoder, place: Path) -> tuple[np.ndarray, Kind]:
        """Read one file in a media worker, as indexing does, and encode what it holds."""
        import queue

        from engine.media.messages import Answer, Task
        from engine.media.pool import MediaPool
        from engine.modalities.reading import Wish

        answers: queue.SimpleQueue[Answer] = queue.SimpleQueue()
        wish = Wish(image=encoder.image, audio=encoder.audio, thumbnails=False)
        with MediaPool(lambda _, answer: answers.put(answer), workers=1) as pool:
            pool.submit(0, Task(os.fsencode(place.absolute()), place.name, wish))
            try:
                answer = answers.get(timeout=READ_SECONDS)
            except queue.Empty:
                raise _unreadable(place, "it took too long") from None
        reading = answer.reading
        if reading is None:
            reason = answer.reason or "it is not a picture, sound or text"
            raise _unreadable(place, reason[0].lower() + reason[1:])
        if reading.pixels is not None:
            return encoder.encode_images(reading.pixels[None])[0], "image"
        if reading.sound is not None and encoder.audio is not None:
            segments = _segments(np.asarray(reading.sound, np.float32), encoder.audio.samples)
            return unit(encoder.encode_sounds(segments).mean(axis=0)), "audio"
        texts = [passage.text for passage in reading.passages[:16]]
        if texts:
            return unit(encoder.encode_texts(texts).mean(axis=0)), "text"
        raise _unreadable(place, "this model cannot read its kind")


def _segments(sound: np.ndarray, length: int) -> np.ndarray:
    """Up to eight whole segments of a recording, the last one filled with silence, float32 (n, length)."""
    count = min(8, max(1, -(-len(sound) // length)))
    padded = np.zeros(count * length, np.float32)
    kept = sound[: count * length]
    padded[: len(kept)] = kept
    return padded.reshape(count, length)


def _unreadable(place: Path, reason: str) -> UserFixable:
    return UserFixable(
        f"“{place.name}” could not be read, so it was left out of the search: {reason}.", "", "Choose another file."
    )
