"""Turns what was read into vectors: gathers parts by kind, and encodes a batch when one is full.

The encoder loads on a thread of its own, so that items appear before torch is there.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import UserFixable
from engine.modalities import reader_of
from engine.modalities.audio import segments
from engine.modalities.reading import Wish
from engine.models.vision import read_folder
from engine.values import VectorEntry
from engine.workflows.arrival import Part

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress
    from engine.models.encoder import Encoder
    from engine.models.specs import AudioSpec, ImageSpec

FEW_BYTES = 192 << 20  # of parts that wait; beyond it no more files are read
PATIENCE = 0.7  # seconds a batch may wait to be filled
SMALL_BATCH = 16  # without an encoder's word for it
AT_ONCE = 0.4  # seconds of encoding between two writes: batches of a fast model are written together
MEASURE_AFTER = (
    10.0  # seconds spent on one kind; finding its fastest way takes about as long, and small jobs end before
)


class EncodingLine:
    """Parts in, vectors out. Without a usable model parts are taken and dropped: items are then listed without a vector."""

    def __init__(self, engine: Engine, model_key: str | None = None, check: Callable[[], None] = lambda: None) -> None:
        """`check` may raise to stop what takes longer than a batch."""
        self._engine = engine
        self._check = check
        self._waiting: dict[str, deque[Part]] = {kind: deque() for kind in ("image", "audio", "text")}
        self._bytes = 0
        self._encoder: Encoder | None = None
        self._fault: BaseException | None = None
        self._loader: threading.Thread | None = None
        self._worked_at = time.monotonic()
        self._rate: dict[str, float] = dict.fromkeys(self._waiting, 0.0)  # items a second, as last seen
        self._spent: dict[str, float] = dict.fromkeys(self._waiting, 0.0)  # seconds, until its fastest way is known
        self.encoded = 0
        self.without = ""  # why there is no model, as a sentence
        try:
            self._key = model_key or engine.models.in_use().key
            folder = read_folder(engine.models.path(self._key))
            self.kinds = frozenset(folder.kinds)
            self.space_id: int | None = engine.models.space(self._key).id
            self._image: ImageSpec | None = folder.image
            self._audio: AudioSpec | None = folder.audio
        except UserFixable as fault:
            if model_key is not None:
                raise
            self.kinds, self.space_id, self.without = frozenset(), None, str(fault)
            self._image, self._audio = None, None

    def wish(self, *, thumbnails: bool = True) -> Wish:
        """What media workers are to make of files."""
        return Wish(
            image=self._image,
            audio=self._audio,
            thumbnails=thumbnails,
            megapixels=float(self._engine.settings.get("media.megapixels")),
        )

    def take(self, parts: list[Part]) -> None:
        """Queue parts that have no vector in this space yet; loading the encoder begins with the first."""
        parts = [part for part in parts if part.kind in self.kinds]
        if not parts or self.space_id is None:
            return
        from engine.catalogue.queries.arrivals import without_vector

        with self._engine.library.read() as session:
            missing = without_vector(session, self.space_id, {part.item_id for part in parts})
        waiting = {part.item_id for kind in self._waiting.values() for part in kind}
        for part in parts:
            if part.item_id in missing and part.item_id not in waiting:
                self._waiting[part.kind].append(part)
                self._bytes += _bytes(part)
        if self._loader is None:
            self._loader = threading.Thread(target=self._load, name="sightline-encoder", daemon=True)
            self._loader.start()

    @property
    def crowded(self) -> bool:
        """Whether reading should wait for encoding."""
        return self._bytes > FEW_BYTES

    def work(self) -> int:
        """Encode one batch if one is full or has waited long enough, and the encoder is loaded. Returns how many items got vectors.

        Raises what loading the encoder raised.
        """
        kind = max(self._waiting, key=lambda kind: len(self._waiting[kind]) / self._batch(kind))
        if not self._waiting[kind] or not self._ready():
            return 0
        full = len(self._waiting[kind]) >= self._batch(kind)
        if not full and not self.crowded and time.monotonic() - self._worked_at < PATIENCE:
            return 0
        return self._encode(kind)

    def finish(self, progress: Progress) -> None:
        """Encode everything that waits; first wait for the encoder. May be stopped between batches."""
        while not self.idle:
            if not self._ready():
                assert self._loader is not None
                self._loader.join(0.05)
            else:
                self._encode(next(kind for kind, parts in self._waiting.items() if parts))
            progress.check()

    @property
    def idle(self) -> bool:
        """Whether nothing waits."""
        return not any(self._waiting.values())

    def batch(self) -> int:
        """How many pictures are encoded at once."""
        return self._batch("image")

    def _batch(self, kind: Any) -> int:
        return self._encoder.batch_size(kind) if self._encoder and kind in self.kinds else SMALL_BATCH

    def _ready(self) -> bool:
        if self._fault is not None:
            raise self._fault
        return self._encoder is not None

    def _load(self) -> None:
        try:
            self._encoder = self._engine.models.encoder(self._key)
        except BaseException as fault:  # handed to the engine thread, which owns the job
            self._fault = fault

    def _encode(self, kind: str) -> int:
        queue = self._waiting[kind]
        batch = self._batch(kind)
        wanted = batch * max(1, int(self._rate[kind] * AT_ONCE / batch))
        parts = [queue.popleft() for _ in range(min(len(queue), wanted))]
        self._bytes -= sum(_bytes(part) for part in parts)
        began = time.monotonic()
        entries, vectors = self._sounds(parts) if kind == "audio" else self._wholes(kind, parts)
        assert self.space_id is not None
        self._engine.vectors.add(self.space_id, entries, vectors)
        self.encoded += len(parts)
        self._worked_at = time.monotonic()
        took = self._worked_at - began
        self._rate[kind] = len(parts) / max(took, 1e-3)
        self._spent[kind] += took
        if self._spent[kind] >= MEASURE_AFTER:
            self._find_fastest_way(kind)
        return len(parts)

    def _find_fastest_way(self, kind: Any) -> None:
        """A model nobody has measured here runs as it is; a job long enough to gain from it measures what it uses, once."""
        self._spent[kind] = float("-inf")
        if not self._engine.models.knows_fastest(self._key, kind):
            self._engine.models.measure_tower(self._key, kind, self._check)

    def _wholes(self, kind: str, parts: list[Part]) -> tuple[list[VectorEntry], np.ndarray]:
        vectors = reader_of(kind).encode(self._encoder, [part.content for part in parts])
        return [VectorEntry(part.item_id) for part in parts], vectors

    def _sounds(self, parts: list[Part]) -> tuple[list[VectorEntry], np.ndarray]:
        """A vector per segment, and the direction of their mean for the whole. A sound of one segment has only the whole."""
        assert self._audio is not None
        entries: list[VectorEntry] = []
        vectors: list[np.ndarray] = []
        for part in parts:
            cut = segments(part.content, self._audio)
            own = np.concatenate(
                [
                    reader_of("audio").encode(self._encoder, [samples for *_, samples in cut[start : start + 64]])
                    for start in range(0, len(cut), 64)
                ]
            )
            mean = own.mean(axis=0, keepdims=True)
            entries.append(VectorEntry(part.item_id, 0, 0.0, cut[-1][1]))
            vectors.append(mean / max(float(np.linalg.norm(mean)), 1e-12))
            if len(cut) > 1:
                entries += [
                    VectorEntry(part.item_id, number, start, end) for number, (start, end, _) in enumerate(cut, 1)
                ]
                vectors.append(own)
        return entries, np.concatenate(vectors)


def _bytes(part: Part) -> int:
    return part.content.nbytes if isinstance(part.content, np.ndarray) else len(part.content)
