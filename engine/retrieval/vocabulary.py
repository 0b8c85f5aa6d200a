"""Words with their vectors: for "nearest words" of an item, and as reference questions that measure the archive's background.

The bundled list names everyday things; the user's own tags join it. Vectors of the bundled words are kept beside the space's vectors.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.models.encoder import Encoder

WORDS = Path(__file__).resolve().parents[2] / "resources" / "words.txt"
REFERENCES = 96  # reference questions


@lru_cache(maxsize=1)
def bundled_words() -> tuple[str, ...]:
    """The everyday words that come with Sightline."""
    return tuple(line for line in WORDS.read_text("utf-8").splitlines() if line)


class Vocabulary:
    """Vectors of words for one library, per space. Safe to call from several threads."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self._folder = folder
        self._read_only = read_only
        self._all: dict[str, np.ndarray] = {}
        self._references: dict[str, np.ndarray] = {}
        self._own: dict[tuple[str, str], np.ndarray] = {}
        self._lock = threading.Lock()

    def references(self, encoder: Encoder) -> np.ndarray:
        """Reference questions evenly spread over the list, float32 (m, d); empty for a model that cannot read words."""
        if "text" not in encoder.kinds:
            return np.zeros((0, encoder.dimension), np.float32)
        known = self._references.get(encoder.space_key)
        if known is None:
            words = bundled_words()
            chosen = np.linspace(0, len(words) - 1, REFERENCES).round().astype(int)
            whole = self._kept(encoder)
            known = whole[chosen] if whole is not None else encoder.encode_texts([words[place] for place in chosen])
            self._references[encoder.space_key] = known
        return known

    def vectors(self, encoder: Encoder, own: tuple[str, ...] = ()) -> tuple[list[str], np.ndarray]:
        """(words, their vectors float32 (n, d)): the bundled ones and `own`. The first call for a space takes seconds."""
        with self._lock:
            whole = self._kept(encoder)
            if whole is None:
                whole = encoder.encode_texts(bundled_words())
                self._all[encoder.space_key] = whole
                self._keep(encoder.space_key, whole)
        known = set(bundled_words())
        extra = [word for word in dict.fromkeys(own) if word not in known]
        return [*bundled_words(), *extra], np.concatenate([whole, self.of(encoder, extra)]) if extra else whole

    def of(self, encoder: Encoder, words: Sequence[str]) -> np.ndarray:
        """Vectors of any words, float32 (n, d); each is encoded once."""
        with self._lock:
            new = [word for word in dict.fromkeys(words) if (encoder.space_key, word) not in self._own]
            for word, vector in zip(new, encoder.encode_texts(new)):
                self._own[encoder.space_key, word] = vector
            found = [self._own[encoder.space_key, word] for word in words]
        return np.stack(found) if found else np.zeros((0, encoder.dimension), np.float32)

    def _path(self, space_key: str) -> Path:
        return self._folder / f"{space_key}.words.npy"

    def _kept(self, encoder: Encoder) -> np.ndarray | None:
        if encoder.space_key not in self._all:
            try:
                found = np.load(self._path(encoder.space_key), allow_pickle=False)
            except (OSError, ValueError):
                return None
            if found.shape != (len(bundled_words()), encoder.dimension):  # the list has changed since
                return None
            self._all[encoder.space_key] = found.astype(np.float32)
        return self._all[encoder.space_key]

    def _keep(self, space_key: str, vectors: np.ndarray) -> None:
        if self._read_only:
            return
        path = self._path(space_key)
        fresh = path.with_suffix(".new.npy")
        np.save(fresh, vectors.astype(np.float16))
        fresh.replace(path)
