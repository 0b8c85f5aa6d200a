"""What the engine announces. Frozen values, handed from whichever thread they arise on to every subscriber."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

Outcome = Literal["done", "failed", "cancelled"]


@dataclass(frozen=True)
class JobQueued:
    """A job waits for its lane."""

    job_id: int
    title: str
    lane: str


@dataclass(frozen=True)
class JobProgress:
    """Where a running job stands; at most ten a second per job. `total` is None while unknown."""

    job_id: int
    title: str
    lane: str
    done: int
    total: int | None
    unit: str = "items"
    rate: float | None = None  # units per second
    seconds_left: float | None = None
    note: str = ""
    paused: bool = False


@dataclass(frozen=True)
class JobFinished:
    """The one event every job ends in. `summary` is a sentence for people; `result` is what `run` returned."""

    job_id: int
    title: str
    lane: str
    outcome: Outcome
    summary: str = ""
    reason: str = ""
    remedy: str = ""
    details: str = ""  # traceback of a fault of ours, for the log and the copy-report button
    seconds: float = 0.0
    result: object = None
    ended_at: float | None = None  # seconds since 1970; None while it is the news of the moment


@dataclass(frozen=True)
class Changed:
    """What a write changed; views that show it mark themselves stale and refresh when they are seen."""

    items: bool = False
    vectors: bool = False
    marks: bool = False  # tags, stars, flags, labels, hidden
    collections: bool = False
    models: bool = False
    searches: bool = False
    thumbnails: tuple[int, ...] = ()  # item ids whose thumbnail arrived
    item_ids: tuple[int, ...] = field(default=())  # which items, when few are known


@dataclass(frozen=True, eq=False)
class MapFrame:
    """One frame of the live map: `coordinates` (n, 2) float32 in map units for `item_ids` (n,) int64, in [-1, 1] or so."""

    space_id: int
    item_ids: np.ndarray
    coordinates: np.ndarray
    stage: Literal["first", "refining", "settled", "placed", "relayout"]
    corrected: bool  # modality gap corrected
    note: str = ""


@dataclass(frozen=True)
class Notice:
    """One thing to tell the user outside of a job: what happened, what it means for the data, what to do."""

    what: str
    means: str = ""
    remedy: str = ""
    level: Literal["info", "warn", "failed"] = "info"


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file on a scan. `reason` is one of the sentences of `engine.files.reasons`."""

    path: str
    kind: str | None
    status: Literal["added", "unchanged", "moved", "removed", "failed", "left alone"]
    reason: str = ""


@dataclass(frozen=True)
class FilesSeen:
    """Files that a scan has dealt with since the last of these events."""

    outcomes: tuple[FileOutcome, ...]


@dataclass(frozen=True)
class TrainingReport:
    """Where a training run stands: mean losses by name since the last report, and what a look found, if one was due."""

    run: int
    step: int
    steps: int
    losses: dict[str, float]
    loss: float  # their weighted sum, which is what becomes small
    rate: float  # the learning rate
    seen: dict[str, float] = field(default_factory=dict)
    best_step: int | None = None
    note: str = ""


Event = JobQueued | JobProgress | JobFinished | Changed | MapFrame | Notice | FilesSeen | TrainingReport
