"""What the window's process and the map worker say to each other: pickled dataclasses over two pipes, positions in shared memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

NEIGHBOURS = 15


@dataclass(frozen=True)
class VectorFile:
    """A matrix on disk that both processes map: `rows` x `dimension` numbers of `dtype` from byte `offset` on."""

    path: str
    dtype: str
    offset: int
    rows: int
    dimension: int


@dataclass(frozen=True)
class SharedFrames:
    """A file mapped by both: `slots` frames of up to `capacity` points, (x, y) float32."""

    path: str
    slots: int
    capacity: int


@dataclass(frozen=True, eq=False)
class Arrange:
    """Lay out the given rows of a vector file. Everything that decides the result is in here.

    `rows` (n,) int64; `kinds` (n,) int8; `start` (n, 2) positions in layout units to begin from (a re-layout), or None.
    """

    task: int
    vectors: VectorFile
    frames: SharedFrames
    rows: np.ndarray
    kinds: np.ndarray
    corrected: bool = False
    seed: int = 0
    neighbours: int = NEIGHBOURS
    epochs: int | None = None  # None: by size
    start: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Place:
    """Find a place for the last `new` of `rows`; the others lie at `old` (layout units) and do not move."""

    task: int
    vectors: VectorFile
    frames: SharedFrames
    rows: np.ndarray
    kinds: np.ndarray
    old: np.ndarray
    corrected: bool = False
    seed: int = 0
    neighbours: int = NEIGHBOURS


@dataclass(frozen=True, eq=False)
class Join:
    """More rows for the layout that is being made: shown at the middle of their neighbours until the next layout takes them in."""

    task: int
    rows: np.ndarray
    kinds: np.ndarray
    vectors: VectorFile


@dataclass(frozen=True)
class Stop:
    """Give up the running task."""

    task: int


@dataclass(frozen=True)
class Seen:
    """The frame in `slot` was copied; the slot may be written again."""

    slot: int


@dataclass(frozen=True)
class Ready:
    """The worker has its code at hand."""


Stage = Literal["first", "refining", "settled", "placed"]


@dataclass(frozen=True)
class Frame:
    """`count` positions lie in `slot`; the task's rows in order, then the joined ones."""

    task: int
    slot: int
    count: int
    stage: Stage
    epoch: int = 0
    epochs: int = 0


@dataclass(frozen=True)
class Finished:
    """The task's last frame has gone out. `seconds` per stage; `recall` of the neighbour search, measured."""

    task: int
    seconds: dict[str, float]
    recall: float
    epochs: int


@dataclass(frozen=True)
class Stopped:
    """The task was given up, as asked."""

    task: int


@dataclass(frozen=True)
class Fault:
    """The task ended in an exception of ours."""

    task: int
    words: str
    traceback: str


Request = Arrange | Place | Join | Stop | Seen
Reply = Ready | Frame | Finished | Stopped | Fault
