"""What a diagnostic returns: frozen evidence (item ids, scores, the numbers behind them) and where it came from.

A view, a report or a script decides how each part looks by its class: `Measures`, `Table`, `Plot`, `Pairs`, `Groups`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

    from engine.registry import Parameter

Cell = str | int | float | None
Verdict = Literal["good", "look", "info"]  # info: a number without a good range


@dataclass(frozen=True)
class Measure:
    """One number with its good range. `good` and `scale` are (low, high); None leaves a side open.

    `word` is the short verdict (“wide”, “12 hubs”), `says` what the number means, `interval` its 95 % interval.
    """

    name: str
    title: str
    value: float | None  # None: it could not be measured, and `says` tells why
    says: str
    good: tuple[float | None, float | None] = (None, None)
    scale: tuple[float, float] = (0.0, 1.0)
    verdict: Verdict = "info"
    word: str = ""
    unit: str = ""
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Measures:
    """Numbers with good ranges."""

    title: str
    measures: tuple[Measure, ...]
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Rows of cells; `item_ids` names the item each row is about, where it is about one. `right` are columns of figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    item_ids: tuple[int | None, ...] = ()
    right: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Series:
    """Points (x, y) of one curve, bar row or cloud; `low` and `high` are intervals of y; `item_ids` names the points."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()
    item_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plot:
    """A picture of numbers. `across` and `up` name the axes, `marks` are (x, words) upright lines."""

    title: str
    form: Literal["bars", "line", "points"]
    across: str
    up: str
    series: tuple[Series, ...]
    marks: tuple[tuple[float, str], ...] = ()
    logarithmic: bool = False
    note: str = ""


@dataclass(frozen=True)
class Pair:
    """Two items and what each of `Pairs.scores` says of them."""

    a: int
    b: int
    scores: tuple[float, ...]


@dataclass(frozen=True)
class Pairs:
    """Pairs of items, the first ones of `total`."""

    title: str
    scores: tuple[str, ...]
    pairs: tuple[Pair, ...]
    total: int
    note: str = ""


@dataclass(frozen=True)
class Member:
    """One place of a group. `score` is how alike it is to the keeper (1 for the same bytes)."""

    item_id: int
    path: str
    kind: Literal["exact", "near", "series"]
    keep: bool
    score: float = 1.0


@dataclass(frozen=True)
class Group:
    """Items that belong together, the keeper first, and why it is the keeper."""

    kind: Literal["exact", "near", "series"]
    members: tuple[Member, ...]
    why: str = ""
    bytes_free: int = 0


@dataclass(frozen=True)
class Groups:
    """Groups of items, the first ones of `total`."""

    title: str
    groups: tuple[Group, ...]
    total: int
    note: str = ""


Part = Measures | Table | Plot | Pairs | Groups


@dataclass(frozen=True)
class Advice:
    """What to do about something. `act` names what does it (`maps.correct`, `marks.hide`, `train:order`), for a button."""

    title: str
    text: str
    act: str = ""
    item_ids: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Evidence:
    """A diagnostic's answer. `left_out` are sentences on what could not be measured; `arrays` what is too long for a part."""

    headline: str
    parts: tuple[Part, ...]
    advice: tuple[Advice, ...] = ()
    left_out: tuple[str, ...] = ()
    arrays: dict[str, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Provenance:
    """Everything a second run needs to give the same bytes: model, data, seed, parameters."""

    diagnostic: str
    version: str
    models: tuple[tuple[str, str, str], ...]  # key, checkpoint hash, space key
    items: int
    snapshot: str  # BLAKE3 of item ids and contents
    seed: int
    parameters: tuple[tuple[str, Cell], ...]
    chosen: str = ""  # the filter in words; empty for the whole library


@dataclass(frozen=True, eq=False)
class Report:
    """Evidence that is kept. `id` is None until it is."""

    id: str | None
    title: str
    evidence: Evidence
    provenance: Provenance
    made_at: float  # seconds since 1970
    seconds: float

    @property
    def sentence(self) -> str:
        return self.evidence.headline


PATTERNS = (  # the nine visual patterns of the paper, in its order
    "orientation and direction",
    "presence of features",
    "state and condition",
    "quantity and count",
    "position and relation",
    "colour and appearance",
    "structure and shape",
    "text",
    "viewpoint and perspective",
)


@dataclass(frozen=True)
class BlindPair:
    """Two pictures one model takes for the same. `clip` and `vision` are cosines, the shares say of how many random pairs
    each lies above; `verdict` and `pattern` are what the user said of it.
    """

    a: int
    b: int
    clip: float
    vision: float
    clip_share: float
    vision_share: float
    verdict: str | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class DiagnosticCard:
    """One diagnostic as a chooser shows it. `parameters` make its form; `needs` are the kinds of items it looks at."""

    name: str
    title: str
    paper: str
    parameters: tuple[Parameter, ...]
    needs: tuple[str, ...]
    with_model: bool


@dataclass(frozen=True)
class ReportCard:
    """One kept report, without its parts."""

    id: str
    diagnostic: str
    title: str
    headline: str
    model_key: str
    items: int
    made_at: float
