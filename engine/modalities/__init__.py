"""EXTENSION: one file per kind of input. A modality decodes one file and encodes one batch, and knows nothing of collections.

    @modality("ecg", suffixes=("edf",))
    class Ecg:
        def decode(self, source: Source, wish: Wish) -> Reading: ...
        def encode(self, encoder, parts: Sequence[np.ndarray]) -> np.ndarray: ...

`decode` runs in a media worker (a process with limits, without torch); `encode` on the engine thread. May import `engine.files`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from engine.registry import Registry

if TYPE_CHECKING:
    import numpy as np

    from engine.modalities.reading import Reading, Source, Wish


class Modality(Protocol):
    """What every file of this folder declares."""

    def decode(self, source: Source, wish: Wish) -> Reading:
        """One file to what is kept of it. Raises `engine.files.reasons.Unreadable`."""
        ...

    def encode(self, encoder: Any, parts: Sequence[Any]) -> np.ndarray:
        """One batch of model-ready parts to vectors (n, d) float32, L2-normalised."""
        ...


modalities: Registry[Callable[[], Modality]] = Registry("engine.modalities")


def modality(name: str, *, suffixes: Sequence[str] = (), paper: str = "") -> Callable[[Any], Any]:
    """Decorator: declare a kind of input and the name endings that promise it."""
    return modalities.register(name, paper=paper, suffixes=frozenset(suffixes))


@cache
def reader_of(kind: str) -> Modality:
    """The modality that reads a kind. Raises KeyError for a kind nobody declared."""
    return modalities[kind].made()
