"""Frozen values handed to the desktop and to scripts. No rows of the database, no tensors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

Kind = Literal["image", "audio", "text"]
Band = Literal["likely", "unsure", "unlikely", "none"]  # none: too few items to measure
FoundBy = Literal["meaning", "words", "both"]
KINDS: tuple[Kind, ...] = ("image", "audio", "text")
BANDS: tuple[Band, ...] = ("likely", "unsure", "unlikely", "none")  # by their numbers in `Hits.bands`
FOUND_BY: tuple[FoundBy, ...] = ("meaning", "words", "both")  # by their numbers in `Hits.found_by`, from 1


@dataclass(frozen=True)
class Filter:
    """What is shown, before any question of meaning. Every condition given must hold."""

    collection_ids: tuple[int, ...] = ()
    kinds: tuple[Kind, ...] = ()
    tags: tuple[str, ...] = ()  # all of them
    without_tags: tuple[str, ...] = ()
    folder: str | None = None  # path prefix relative to the collection's root
    stars_from: int | None = None
    flag: int | None = None  # 1 pick, -1 reject, 0 neither
    label: int | None = None
    date_from: float | None = None  # seconds since 1970
    date_to: float | None = None
    size_from: int | None = None  # bytes
    size_to: int | None = None
    text: str | None = None  # full-text words
    item_ids: tuple[int, ...] | None = None  # only these (a lasso)
    include_hidden: bool = False


@dataclass(frozen=True)
class Term:
    """One part of a query: words, an item of the library, or a file from outside; with a signed weight."""

    words: str | None = None
    item_id: int | None = None
    path: str | None = None
    weight: float = 1.0  # negative: less of this


@dataclass(frozen=True)
class Query:
    """Terms of meaning plus a filter."""

    terms: tuple[Term, ...] = ()
    filter: Filter = field(default_factory=Filter)


@dataclass(frozen=True)
class Hit:
    """`score` is a true cosine (of the best segment for sounds). `part`, `start`, `end` name that segment (seconds)."""

    item_id: int
    rank: int  # from 1
    score: float
    band: Band
    found_by: FoundBy
    part: int = 0
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, eq=False)
class Hits:
    """Answer to a query, best first: parallel arrays for the views, and what is known about the whole."""

    item_ids: np.ndarray  # (n,) int64
    scores: np.ndarray  # (n,) float32, true cosines; NaN where only words matched and the item has no vector
    bands: np.ndarray  # (n,) int8: 0 likely, 1 unsure, 2 unlikely, 3 none
    found_by: np.ndarray  # (n,) int8: 1 meaning, 2 words, 3 both
    parts: np.ndarray  # (n,) int32: best segment of a sound, else 0
    milliseconds: float
    searched: int  # items compared
    unindexed: int = 0  # items that match the filter but have no vector in this space
    limits: tuple[float, float] | None = None  # scores where "likely" and "unsure" begin
    fit: tuple[float, float] | None = None  # measured share that fits in likely and unsure
    histogram: tuple[tuple[float, ...], tuple[int, ...]] | None = None  # edges, counts of all scores of `measured_kind`
    measured_kind: Kind | None = None  # whose scores `limits` and `histogram` are about
    left_out: tuple[str, ...] = ()  # sentences about terms that could not be used


@dataclass(frozen=True)
class ItemCard:
    """What a tile, a row or a hover card shows of an item."""

    id: int
    kind: Kind
    name: str
    path: str  # absolute path of its first present place, for people
    collection_id: int | None
    text: str | None = None  # passage, or first caption of a picture or sound
    stars: int = 0
    flag: int = 0
    label: int = 0
    hidden: bool = False
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    taken_at: float | None = None
    line: int | None = None
    page: int | None = None
    mat: int = 0
    places: int = 1
    present: bool = True


@dataclass(frozen=True)
class ItemDetails:
    """Everything the inspector shows besides neighbours."""

    card: ItemCard
    tags: tuple[str, ...]
    captions: tuple[tuple[str | None, str, int], ...]  # language, sentence, item id
    partners: tuple[ItemCard, ...]
    facts: tuple[tuple[str, str], ...]  # label, value; in the order they are shown
    places: tuple[str, ...]
    passages: int = 0  # how many passages its text has
    passage: int = 0  # which of them this is
    around: tuple[tuple[int, str], ...] = ()  # number and text of the passages around it (texts)
    waveform: tuple[float, ...] = ()  # peaks 0-1 (sounds)


@dataclass(frozen=True)
class Neighbour:
    card: ItemCard
    cosine: float


@dataclass(frozen=True)
class CollectionCard:
    id: int
    name: str
    root: str
    kind: str
    items: int
    failed: int
    connected: bool
    watched: bool
    removable: bool = False


@dataclass(frozen=True)
class TagCard:
    name: str
    items: int


@dataclass(frozen=True)
class SavedSearchCard:
    id: int
    name: str
    query: Query
    items: int
    unseen: int


@dataclass(frozen=True)
class Failure:
    """A file that did not become an item, with its reason (one of engine.files.reasons)."""

    file_id: int
    collection_id: int
    path: str
    reason: str
    detail: str
    size: int


@dataclass(frozen=True)
class ModelCard:
    id: int
    key: str
    name: str
    kinds: tuple[Kind, ...]
    dimension: int
    bytes: int
    licence: str
    languages: tuple[str, ...] = ()
    in_use: bool = False
    items_per_second: dict[str, float] = field(default_factory=dict)
    memory_bytes: int | None = None
    parent: str | None = None
    about: str = ""  # markdown of the card
    built_in: bool = False
    spaces: int = 0
    checkpoint_hash: str = ""


@dataclass(frozen=True)
class LibraryCounts:
    items: int
    images: int
    sounds: int
    texts: int
    failed: int
    hidden: int
    indexed: int  # items with a vector in the space in use


@dataclass(frozen=True)
class Done:
    """A user act that was carried out: the sentence for the notice, and what undo would say."""

    sentence: str
    act_id: int
    item_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """What the user said of two items together; `pattern` is what differs in a blind pair."""

    verdict: str
    pattern: str | None = None


@dataclass(frozen=True)
class VectorEntry:
    """What one vector belongs to: an item's whole (part 0) or a segment of a sound (part 1, 2, ...; seconds)."""

    item_id: int
    part: int = 0
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, eq=False)
class RowTable:
    """Which item each row of a space's vector file belongs to: parallel arrays in row order.

    Rows may be missing from `row` (their item is gone); `generation` changes when compaction renumbers them.
    """

    row: np.ndarray  # (r,) int64
    item_id: np.ndarray  # (r,) int64
    part: np.ndarray  # (r,) int32
    start: np.ndarray  # (r,) float32, NaN where the vector is of the whole
    end: np.ndarray  # (r,) float32
    generation: int = 0


@dataclass(frozen=True)
class SpaceInfo:
    """One space of vectors: checkpoint plus preprocessing. `model_key` is None once its model was removed."""

    id: int
    key: str
    name: str
    dimension: int
    model_key: str | None


@dataclass(frozen=True)
class Region:
    """A named cluster of a map. Level 0 is the coarsest; (x, y) its densest place in map units; `count` items lie in it."""

    level: int
    x: float
    y: float
    name: str
    count: int
    number: int = 0  # within its level


@dataclass(frozen=True)
class LearnFrom:
    """Which pairs a training is to see: those of a caption table, or those of the library's items under a filter.

    `classes` are tags that serve as class labels; `languages` keeps only captions in these (all when empty).
    """

    table: str | None = None
    filter: Filter = field(default_factory=Filter)
    classes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True)
class PairsCard:
    """What the chosen pairs are, before anything is decoded. `files` are pictures (or sounds) with at least one use."""

    source: str  # “captions.csv”, “tag:heron”
    files: int
    captions: int
    languages: tuple[tuple[str, int], ...]  # code (empty: not told) and captions, most frequent first
    classes: tuple[tuple[str, int], ...]  # label and files, most frequent first
    without_captions: int = 0
    missing: tuple[str, ...] = ()  # named, but not there
    doubles: int = 0  # rows that say again what an earlier one said
    hidden: int = 0  # left out because their items are hidden
    same_caption: int = 0  # files that share the most frequent caption


@dataclass(frozen=True)
class RunCard:
    """One training run. `before` and `after` are figures by name; those with intervals are {"value", "low", "high", "n"}.

    `state`: "waiting", "running", "done", "stopped" (a guard rail), "cancelled" (by the user), "interrupted" (the program ended),
    "failed". `resumable` runs can go on from `saved_step`; `best_step` is the best healthy step that was kept aside.
    """

    number: int
    recipe: str
    model: str  # key of the model it started from
    state: str
    sentence: str
    remedy: str
    created_at: float
    seconds: float
    step: int
    steps: int
    settings: dict[str, object]
    source: str
    pairs: int
    held_out: int
    before: dict[str, object] = field(default_factory=dict)
    after: dict[str, object] = field(default_factory=dict)
    result: str | None = None  # key of the model it made
    best_step: int | None = None
    saved_step: int | None = None
    resumable: bool = False
    notes: tuple[str, ...] = ()
    bytes: int = 0  # room its folder takes


@dataclass(frozen=True)
class TrainingEstimate:
    """What a run would cost here, from a few of its steps. `seconds` without the decoding of pictures; bytes of memory and disk."""

    seconds: float
    steps: int
    seconds_per_step: float
    memory_bytes: int
    disk_bytes: int
    pairs: int
    precision: str
    warnings: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """“About 12 minutes for 430 steps; 1.4 GB of memory.”"""
        minutes = self.seconds / 60
        time = f"{minutes:,.0f} minutes" if minutes >= 1.5 else f"{max(1, self.seconds):.0f} seconds"
        return f"About {time} for {self.steps:,} steps; {self.memory_bytes / 1e9:.1f} GB of memory."
