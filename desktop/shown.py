"""What the centre shows: filter, search and order, and the ids that answer them. Grid, table and map all read this one object."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from desktop.itemmodels.cards import CardSource
from engine.events import Changed
from engine.values import Band, Filter, Hits, Query, Term

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.engine import Engine

BANDS: tuple[Band, ...] = ("likely", "unsure", "unlikely", "none")
BEST_FIRST = "best"
_EVERYTHING = 1 << 40  # more than any library holds
_NO_IDS = np.empty(0, dtype=np.int64)
_REFRESH_MS = 250  # while indexing announces changes, lists are asked for again at most four times a second,
_LATEST_REFRESH_MS = 3000  # and less often where the answer takes long: asking shall take a fifth of the time at most


@dataclass(frozen=True, eq=False)
class Section:
    """A run of items under one heading. Without a search there is one section, without a band."""

    band: Band | None
    ids: np.ndarray  # (n,) int64, in the order they are shown
    scores: np.ndarray | None = None  # (n,) float32 true cosines
    found_by: np.ndarray | None = None  # (n,) int8: 1 meaning, 2 words, 3 both
    sort: str = BEST_FIRST
    folded: bool = False
    total: int = 0  # how many there are in the library; `ids` may hold only the best of them


@dataclass(frozen=True, eq=False)
class _Answer:
    hits: Hits | None
    sections: tuple[Section, ...]


class Shown(QObject):
    """Filter, query and sort in; ids in order out. Everything is asked for off the GUI thread; the old answer stays until the new one is there."""

    changed = Signal()
    searching = Signal(bool)
    asked = Signal()  # filter, query or sort were set; the answer comes with `changed`
    troubled = Signal(object)  # the exception of a question that could not be answered

    def __init__(self, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.cards = CardSource(bridge, self)
        self.filter = Filter()
        self.query: Query | None = None
        self.sort = "added"
        self.descending = False
        self.band_sorts: dict[Band, str] = {}
        self.unfolded: frozenset[Band] = frozenset()
        self.hits: Hits | None = None
        self.sections: tuple[Section, ...] = ()
        self.ids: np.ndarray = _NO_IDS
        self.answered = False  # whether any answer has come yet
        self.busy = False
        self._stale = False
        self._began = 0.0
        self._hit_places: tuple[np.ndarray, np.ndarray] | None = None
        self._later = QTimer(self, singleShot=True, interval=_REFRESH_MS)
        self._later.timeout.connect(self.refresh)
        bridge.changed.connect(self._take_change)

    # what is asked

    def set_filter(self, wanted: Filter) -> None:
        if wanted != self.filter:
            self.filter = wanted
            self._ask()

    def set_query(self, query: Query | None) -> None:
        """Search for the query's terms within the filter. None, or no terms, ends the search."""
        terms = () if query is None else query.terms
        if query is not None and query.filter != Filter():
            self.filter = query.filter
        wanted = Query(terms) if terms else None
        if wanted != self.query:
            self.band_sorts, self.unfolded = {}, frozenset()
        self.query = wanted
        self._ask()

    def begin_with(self, wanted: Filter, sort: str, descending: bool) -> None:
        """Take over what was shown when the window was closed, before anything was asked for."""
        self.filter, self.sort, self.descending = wanted, sort, descending
        self._ask()  # an answer to an earlier question is dropped, not shown under this filter

    def show(self, query: Query) -> None:
        """Open a saved search: its terms and exactly its filter."""
        self.filter = query.filter
        self.query = Query(query.terms) if query.terms else None
        self.band_sorts, self.unfolded = {}, frozenset()
        self._ask()

    def set_sort(self, sort: str, descending: bool = False) -> None:
        if (sort, descending) != (self.sort, self.descending):
            self.sort, self.descending = sort, descending
            self._ask()

    def set_band_sort(self, band: Band, sort: str) -> None:
        self.band_sorts = {**self.band_sorts, band: sort}
        self._ask()

    def unfold(self, band: Band, shown: bool = True) -> None:
        """Show a band that is folded away, or fold it. What is unlikely is only asked for in full when it is wanted."""
        self.unfolded = self.unfolded | {band} if shown else self.unfolded - {band}
        self._ask()

    def like(self, item_id: int) -> None:
        """Search for what is most like one item."""
        self.set_query(Query((Term(item_id=item_id),)))

    def refresh(self) -> None:
        """Ask again for the same; coalesced while an answer is under way."""
        if self.busy:
            self._stale = True
        else:
            self._ask()

    @property
    def request(self) -> Query:
        """What is shown, as one value: what a saved search keeps."""
        return Query(self.query.terms if self.query else (), self.filter)

    @property
    def is_filtered(self) -> bool:
        return self.filter != Filter()

    def score_of(self, item_id: int) -> tuple[float, Band, int] | None:
        """Cosine, band and best part of an item in the search shown, or None when it is no hit."""
        row = self._hit_row(item_id)
        if row is None or self.hits is None:
            return None
        return float(self.hits.scores[row]), BANDS[int(self.hits.bands[row])], int(self.hits.parts[row])

    def found_by(self, item_id: int) -> int:
        """1 by meaning, 2 by words, 3 by both; 0 when it is no hit."""
        row = self._hit_row(item_id)
        return 0 if row is None or self.hits is None else int(self.hits.found_by[row])

    def _hit_row(self, item_id: int) -> int | None:
        if self.hits is None or not len(self.hits.item_ids):
            return None
        if self._hit_places is None:
            order = np.argsort(self.hits.item_ids, kind="stable")
            self._hit_places = (self.hits.item_ids[order], order)
        ids, order = self._hit_places
        place = int(np.searchsorted(ids, item_id))
        if place == len(ids) or int(ids[place]) != item_id:
            return None
        return int(order[place])

    # asking and answering

    def _ask(self) -> None:
        self._stale = False
        self._later.stop()
        self._began = time.monotonic()
        self.busy = True
        query, wanted = self.query, self.filter
        sort, descending = self.sort, self.descending
        band_sorts, unfolded = dict(self.band_sorts), self.unfolded

        def question(engine: Engine) -> _Answer:
            if query is None:
                ids = engine.items.ids(wanted, sort, descending)
                return _Answer(None, (Section(None, ids, sort=sort, total=len(ids)),))
            everything = _EVERYTHING if "unlikely" in unfolded else None
            hits = engine.search.hits(Query(query.terms, wanted), everything)
            return _Answer(hits, _sections(engine, hits, band_sorts, unfolded))

        self.asked.emit()
        self.searching.emit(query is not None)
        self._bridge.ask(question, self._take_answer, key=f"shown {id(self)}", failed=self._take_trouble)

    def _take_answer(self, answer: _Answer) -> None:
        self.busy = False
        self.answered = True
        taken = 1000 * (time.monotonic() - self._began)
        self._later.setInterval(int(min(_LATEST_REFRESH_MS, max(_REFRESH_MS, 4 * taken))))
        self.hits = answer.hits
        self._hit_places = None
        self.searching.emit(False)
        self._arrange(answer.sections)
        if self._stale:
            self._later.start()

    def _take_trouble(self, fault: Exception) -> None:
        self.busy = False
        self.searching.emit(False)
        self.troubled.emit(fault)

    def _arrange(self, sections: tuple[Section, ...]) -> None:
        self.sections = sections
        open_ones = [section.ids for section in sections if not section.folded]
        self.ids = np.concatenate(open_ones) if open_ones else _NO_IDS
        self.changed.emit()

    def _take_change(self, change: Changed) -> None:
        if change.marks:
            self.cards.forget(change.item_ids or None)
        if change.items or change.marks or (change.vectors and self.query is not None):
            if self.busy:
                self._stale = True
            elif not self._later.isActive():
                self._later.start()


def _sections(engine: Any, hits: Hits, band_sorts: dict[Band, str], unfolded: frozenset[Band]) -> tuple[Section, ...]:
    """Hits by band, each in its own order; “unlikely” folded unless asked for."""
    sections = []
    for code, band in enumerate(BANDS):
        rows = np.flatnonzero(hits.bands == code)
        if not len(rows):
            continue
        sort = band_sorts.get(band, BEST_FIRST)
        if sort != BEST_FIRST:
            rows = rows[_order_by(engine, hits.item_ids[rows], sort)]
        folded = band == "unlikely" and band not in unfolded
        total = len(rows)
        if band == "unlikely":
            total = max(total, hits.searched - int((hits.bands < code).sum()))
        sections.append(Section(band, hits.item_ids[rows], hits.scores[rows], hits.found_by[rows], sort, folded, total))
    return tuple(sections)


def _order_by(engine: Any, ids: np.ndarray, sort: str) -> np.ndarray:
    """Positions that put `ids` in the order of a sort such as "date:descending"."""
    name, _, direction = sort.partition(":")
    everything = engine.items.ids(Filter(include_hidden=True), name, direction == "descending")
    rank = np.argsort(everything, kind="stable")
    places = rank[np.clip(np.searchsorted(everything, ids, sorter=rank), 0, len(rank) - 1)]
    return np.argsort(places, kind="stable")
