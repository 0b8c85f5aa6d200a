"""What goes into a modality and what comes out of it: plain values that travel between processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from engine.models.specs import AudioSpec, ImageSpec

EDGES = (384, 192, 96)  # longest edges of thumbnails, in pixels


@dataclass(frozen=True)
class Wish:
    """What a caller wants of a file, and how much it may cost. No `image` or `audio`: nothing model-ready is made."""

    image: ImageSpec | None = None
    audio: AudioSpec | None = None
    thumbnails: bool = True
    large: int = 0  # also a picture for looking at, at most this long, among the thumbnails under this edge; 0: none
    megapixels: float = 300.0  # pictures that claim more are refused before they are decoded
    sound_hours: float = 3.0  # only this much of a longer sound is listened to


@dataclass(frozen=True)
class Source:
    """One file, opened for reading. `data` is None for files too large to hold; those are read from `path`."""

    path: str | bytes
    name: str
    size: int
    format: str
    head: bytes
    data: bytes | None
    hash: str = ""


@dataclass(frozen=True)
class Caption:
    """Words found inside or beside a file. `image` names the file they belong to (caption tables), relative to the table."""

    text: str
    language: str | None = None
    image: str | None = None
    line: int | None = None


@dataclass(frozen=True)
class Passage:
    """A piece of a text that one vector can stand for; `line` and `page` count from 1."""

    text: str
    line: int | None = None
    page: int | None = None


@dataclass(frozen=True)
class Facts:
    """What is known of an item besides its content. Lengths in pixels and seconds; `taken_at` is the camera's wall clock read as UTC."""

    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    sample_rate: int | None = None
    channels: int | None = None
    taken_at: float | None = None
    latitude: float | None = None
    longitude: float | None = None
    camera: str | None = None
    mat: int = 0


@dataclass(frozen=True, eq=False)
class Reading:
    """What a worker found in one file.

    `pixels` (size, size, 3) uint8 and `sound` (samples,) float16 mono are ready for the encoder they were asked for; `peaks` are 200
    loudness maxima in [0, 1]. `table` is set for caption tables.
    """

    kind: str
    format: str
    facts: Facts = field(default_factory=Facts)
    captions: tuple[Caption, ...] = ()
    keywords: tuple[str, ...] = ()
    thumbnails: dict[int, bytes] = field(default_factory=dict)
    pixels: np.ndarray | None = None
    sound: np.ndarray | None = None
    peaks: np.ndarray | None = None
    passages: tuple[Passage, ...] = ()
    table: bool = False
