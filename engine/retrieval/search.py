"""The facade's area for search: hits for a query, neighbours of an item, words near an item.

Order of a search: filter -> direction of the terms -> cosines of all items -> surprises per kind -> bands -> fusion with the words found.
The background is measured on the whole archive, never on the filtered part, so that a filter cannot widen a band.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.errors import UserFixable
from engine.events import Changed, Event, JobFinished
from engine.indexes import scan
from engine.indexes.compressed import CompressedIndex
from engine.retrieval import bands as banding
from engine.retrieval import fusion, parser, retrievals, scoring
from engine.retrieval.archive import Archive
from engine.retrieval.asking import Asker
from engine.retrieval.background import IMAGINED_SHARE, Background, imagine_questions
from engine.retrieval.direction import Direction
from engine.retrieval.scoring import Scored, exactly, score_all, score_short_list
from engine.retrieval.vocabulary import REFERENCES, Vocabulary
from engine.values import KINDS, Filter, Hits, Kind, Neighbour, Query, SpaceInfo, Term

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Job

SHOWN = 1000  # hits given when the caller does not say, more when more stand out
WORDS_SHOWN = 500
BINS = 64  # of the histogram
REFERENCE_ITEMS = 1024
KEPT_FILTERS = 16


class _Columns(NamedTuple):
    """The parallel arrays of `Hits`."""

    item_ids: np.ndarray
    scores: np.ndarray
    bands: np.ndarray
    found_by: np.ndarray
    parts: np.ndarray


class Search:
    """Questions to one library, in the space of the model in use. Methods may be called from any thread."""

    def __init__(self, engine: Engine, build_index: Callable[[], Job]) -> None:
        """`build_index` makes the job for an archive that has outgrown its index; the facade hands it in."""
        self._engine = engine
        self._index_job = build_index
        self._asker = Asker(engine)
        self._vocabulary = Vocabulary(engine.folder / "vectors", read_only=engine.read_only)
        self._archives: dict[int, tuple[object, Archive]] = {}
        self._backgrounds: dict[tuple[int, Kind], Background] = {}
        self._indexes: dict[int, tuple[int, CompressedIndex | None]] = {}
        self._matching: dict[Filter, np.ndarray] = {}
        self._kinds = np.full(1024, -1, np.int8)  # kind of item i at [i]
        self._lock = threading.RLock()
        self._leave = engine.jobs.subscribe(self._on_event)

    def close(self) -> None:
        self._leave()

    # -- asking -----------------------------------------------------------------------------------------------
    def parse(self, text: str) -> Query:
        """Terms and filter of a typed query; see `engine.retrieval.parser`."""
        return parser.parse(text)

    def write(self, query: Query) -> str:
        """The text form of a query."""
        return parser.write(query)

    def warm(self) -> None:
        """Load the model and measure the archive's background, so that the first search is as fast as the next."""
        self._engine.models.encoder()
        space = self._engine.models.space()
        archive = self._archive(space)
        if len(archive) >= banding.FEWEST_ITEMS:
            self._background(space, archive, "text")

    @property
    def ready(self) -> bool:
        """Whether the model that reads the question is loaded; until then a search waits for it."""
        try:
            return self._engine.models.loaded()
        except UserFixable:
            return False

    def hits(self, query: Query, k: int | None = None, sort_filtered: bool = True) -> Hits:
        """Items that answer the query, best first; with `k` at most so many, else all that stand out and some more.

        Without terms: the items that match the filter, by id. Raises UserFixable when no model is installed.
        """
        began = time.perf_counter()
        allowed = self._ids_matching(query.filter)
        if not query.terms:
            ids = allowed if k is None else allowed[:k]
            return _unranked(ids, len(allowed), began)
        space = self._engine.models.space()
        archive = self._archive(space)
        direction = self._direction(query.terms)
        open_to = _members(archive.item_ids, allowed)
        for item_id in direction.itself:
            open_to[archive.positions_of(np.array([item_id]))] = False
        matrix = self._engine.vectors.store(space.id).matrix()
        scored = (
            None
            if direction.vector is None
            else self._score(space, archive, matrix, direction, k, open_to.mean() if len(open_to) else 0)
        )
        found = self._found_by_words(direction, allowed) if direction.words else np.empty(0, np.int64)
        return self._answer(space, archive, matrix, scored, direction, open_to, found, k, began, len(allowed))

    def neighbours(self, item_id: int, k: int = 10, kinds: Sequence[Kind] | None = None) -> list[Neighbour]:
        """The `k` items most like an item by the cosine of their wholes, of all kinds or some; hidden ones are left out.

        Raises UserFixable when the item has no vector.
        """
        space = self._engine.models.space()
        archive = self._archive(space)
        matrix = self._engine.vectors.store(space.id).matrix()
        vector = self._asker.item(item_id)
        open_to = _members(archive.item_ids, self._ids_matching(Filter(kinds=tuple(kinds or ()))))
        open_to[archive.positions_of(np.array([item_id]))] = False
        open_to &= archive.whole >= 0
        positions = np.flatnonzero(open_to)
        cosines = scan.all_cosines(matrix, vector)[archive.whole[positions]]
        near = scan.best_rows(cosines, min(k, len(cosines)))
        exact = scan.cosines_of(matrix, archive.whole[positions[near]], vector)
        order = np.lexsort((positions[near], -exact))[:k]
        ids = archive.item_ids[positions[near[order]]]
        cards = {card.id: card for card in self._engine.items.cards(ids)}
        return [Neighbour(cards[int(i)], float(c)) for i, c in zip(ids, exact[order]) if int(i) in cards]

    def nearest_words(self, item_id: int, k: int = 5) -> list[tuple[str, float]]:
        """The words that describe an item best, with their cosines; words that are near to everything come later.

        Empty for a model that cannot read words. The first call for a space encodes the word list, which takes seconds.
        """
        encoder = self._engine.models.encoder()
        if "text" not in encoder.kinds:
            return []
        words, vectors = self.everyday_words()
        cosines = vectors @ self._asker.item(item_id)
        space = self._engine.models.space()
        archive = self._archive(space)
        kind = int(self._kinds_of(np.array([item_id]))[0])
        alike = np.flatnonzero((archive.kinds == kind) & (archive.whole >= 0))
        if len(alike) >= 32:
            chosen = np.random.default_rng(0).choice(alike, min(256, len(alike)), replace=False)
            sample = self._engine.vectors.store(space.id).matrix()[np.sort(archive.whole[chosen])].astype(np.float32)
            usual = vectors @ sample.T
            order = np.argsort(-(cosines - usual.mean(axis=1)) / (usual.std(axis=1) + 1e-4), kind="stable")
        else:
            order = np.argsort(-cosines, kind="stable")
        return [(words[place], float(cosines[place])) for place in order[:k]]

    def everyday_words(self) -> tuple[list[str], np.ndarray]:
        """(words for everyday things and the user's tags, their vectors float32 (n, d)), for naming what items have in common.

        The first call for a space encodes the word list, which takes seconds.
        """
        tags = tuple(tag.name for tag in self._engine.marks.tags())
        return self._vocabulary.vectors(self._engine.models.encoder(), tags)

    def vectors_of_words(self, words: Sequence[str]) -> np.ndarray:
        """Unit vectors float32 (n, d) of some words; remembered."""
        return self._vocabulary.of(self._engine.models.encoder(), words)

    def segment(self, item_id: int, part: int) -> tuple[float, float] | None:
        """Begin and end, in seconds, of a sound's segment that a hit names; None for a whole item."""
        table = self._engine.vectors.rows(self._engine.models.space().id)
        rows = np.flatnonzero((table.item_id == item_id) & (table.part == part))
        if not len(rows) or np.isnan(table.start[rows[0]]):
            return None
        return float(table.start[rows[0]]), float(table.end[rows[0]])

    # -- one search -------------------------------------------------------------------------------------------
    def _direction(self, terms: tuple[Term, ...]) -> Direction:
        for entry in sorted(retrievals, key=lambda entry: entry.extra.get("order", 9)):
            if entry.extra["answers"](terms):
                try:
                    return entry.made(self._asker, terms)
                except UserFixable as fault:
                    return Direction(None, "text", _words_in(terms), left_out=(str(fault),))
        raise ValueError(f"nothing answers {terms!r}")

    def _score(
        self, space: SpaceInfo, archive: Archive, matrix: np.ndarray, direction: Direction, k: int | None, share: float
    ) -> Scored | None:
        """`share` is the part of the archive that the filter leaves."""
        if not len(archive):
            return None
        assert direction.vector is not None
        background = self._background(space, archive, direction.kind)
        if len(archive.rows) > scoring.LARGE and share > 0.25:  # else too few of a short list would be left
            index = self._index(space)
            if index is not None:
                count = int((SHOWN if k is None else k) / share)
                return score_short_list(archive, matrix, direction.vector, background, index, count)
        return score_all(archive, matrix, direction.vector, background)

    def _answer(
        self,
        space: SpaceInfo,
        archive: Archive,
        matrix: np.ndarray,
        scored: Scored | None,
        direction: Direction,
        open_to: np.ndarray,
        found: np.ndarray,
        k: int | None,
        began: float,
        matching: int,
    ) -> Hits:
        found = found[~np.isin(found, direction.itself)]
        if scored is None:
            return self._by_words_only(found, k, direction, began, matching - int(open_to.sum()))
        assert direction.vector is not None
        candidates = _candidates(scored, open_to, found, archive, k)
        cosines, parts = exactly(archive, matrix, candidates, direction.vector)
        surprise = scored.surprise_of(archive, candidates, cosines)
        order = np.lexsort((archive.item_ids[candidates], -surprise))
        candidates, cosines, parts, surprise = (column[order] for column in (candidates, cosines, parts, surprise))
        ids = archive.item_ids[candidates]
        bands = scored.limits.bands(surprise) if scored.limits else np.full(len(ids), banding.NONE, np.int8)
        hits = _fused(ids, cosines, parts, bands, found)
        if k is not None:
            hits = _Columns(*(column[:k] for column in hits))
        shown = scored.usual[open_to[scored.usual_positions]]
        limits = _limits_as_cosines(scored, archive, candidates, bands, open_to)
        counts, edges = np.histogram(shown, BINS) if len(shown) else (np.zeros(0), np.zeros(0))
        return Hits(
            **hits._asdict(),
            milliseconds=1000 * (time.perf_counter() - began),
            searched=int(open_to.sum()),
            unindexed=matching - int(open_to.sum()) - len(direction.itself),
            limits=limits,
            fit=(scored.limits.fit_likely, scored.limits.fit_unsure) if scored.limits else None,
            histogram=(tuple(edges.tolist()), tuple(counts.astype(int).tolist())) if len(shown) else None,
            left_out=direction.left_out,
        )

    def _found_by_words(self, direction: Direction, allowed: np.ndarray) -> np.ndarray:
        from engine.catalogue.queries.full_text import items_with_words

        with self._engine.library.read() as session:
            found = items_with_words(session, direction.words, WORDS_SHOWN)
        return found[_members(found, allowed)]

    @staticmethod
    def _by_words_only(found: np.ndarray, k: int | None, direction: Direction, began: float, unindexed: int) -> Hits:
        found = found if k is None else found[:k]
        return Hits(
            found,
            np.full(len(found), np.nan, np.float32),
            np.full(len(found), banding.NONE, np.int8),
            np.full(len(found), fusion.WORDS, np.int8),
            np.zeros(len(found), np.int32),
            milliseconds=1000 * (time.perf_counter() - began),
            searched=0,
            unindexed=unindexed,
            left_out=direction.left_out,
        )

    # -- what is kept between searches ------------------------------------------------------------------------
    def _archive(self, space: SpaceInfo) -> Archive:
        table = self._engine.vectors.rows(space.id)
        with self._lock:
            known = self._archives.get(space.id)
            if known is None or known[0] is not table:
                known = table, Archive.of(table, self._kinds_of)
                self._archives[space.id] = known
            return known[1]

    def _kinds_of(self, item_ids: np.ndarray) -> np.ndarray:
        """Codes into KINDS; asked of the catalogue once per item."""
        with self._lock:
            if len(item_ids) and item_ids.max() >= len(self._kinds):
                larger = np.full(2 * int(item_ids.max()) + 1, -1, np.int8)
                larger[: len(self._kinds)] = self._kinds
                self._kinds = larger
            missing = item_ids[self._kinds[item_ids] < 0]
            if len(missing):
                self._kinds[missing] = self._engine.items.kinds(missing)
            return self._kinds[item_ids]

    def _background(self, space: SpaceInfo, archive: Archive, asked: Kind) -> Background:
        known = self._backgrounds.get((space.id, asked))
        if known is not None and known.fits(archive):
            return known
        matrix = self._engine.vectors.store(space.id).matrix()
        if asked == "text":
            references = self._vocabulary.references(self._engine.models.encoder())
            measured = Background.of(archive, matrix, references, asked)
        else:
            places = np.flatnonzero(archive.of_kind(asked) & (archive.whole >= 0))
            chosen = np.random.default_rng(0).permutation(places)[:REFERENCE_ITEMS]
            alike = matrix[np.sort(archive.whole[chosen])].astype(np.float32)
            references = imagine_questions(alike, REFERENCES) if len(alike) >= 8 else alike
            measured = Background.of(archive, matrix, references, asked, IMAGINED_SHARE)
        self._backgrounds[space.id, asked] = measured
        return measured

    def _index(self, space: SpaceInfo) -> CompressedIndex | None:
        """The compressed index of a space, if one was built for the file as it is numbered now."""
        generation = self._engine.vectors.rows(space.id).generation
        with self._lock:
            known = self._indexes.get(space.id)
            if known is None or known[0] != generation:
                known = generation, CompressedIndex.load(self._index_path(space, generation))
                self._indexes[space.id] = known
            return known[1]

    def _index_path(self, space: SpaceInfo, generation: int) -> Path:
        return self._engine.folder / "vectors" / f"{space.key}.{generation}.pq"

    def index_is_behind(self) -> bool:
        """Whether the archive is large and a search would be faster with its index built or extended."""
        try:
            space = self._engine.models.space()
        except UserFixable:
            return False
        rows = len(self._engine.vectors.rows(space.id).row)
        index = self._index(space) if rows > scoring.LARGE else None
        return rows > scoring.LARGE and (index is None or index.rows < 0.9 * rows)

    def build_index(self, step: Callable[[int], None] = lambda rows: None) -> int:
        """Build or extend the compressed index of the space in use and keep it; returns the rows it covers. Takes minutes."""
        space = self._engine.models.space()
        generation = self._engine.vectors.rows(space.id).generation
        matrix = self._engine.vectors.store(space.id).matrix()
        index = self._index(space)
        if index is None:
            index = CompressedIndex.build(matrix, step)
        else:
            index.extend(matrix, step)
        index.save(self._index_path(space, generation))
        with self._lock:
            self._indexes[space.id] = generation, index
        return index.rows

    def _ids_matching(self, wanted: Filter) -> np.ndarray:
        """Ids that match a filter, ascending; kept until something changes."""
        known = self._matching.get(wanted)
        if known is None:
            known = np.sort(self._engine.items.ids(wanted))
            with self._lock:
                if len(self._matching) >= KEPT_FILTERS:
                    self._matching.clear()
                self._matching[wanted] = known
        return known

    def _on_event(self, event: Event) -> None:
        if isinstance(event, JobFinished) and event.outcome == "done" and not self._engine.read_only:
            self._index_later(event)
        if isinstance(event, Changed) and event.models:
            self._engine.models.forget()
        if isinstance(event, Changed) and (event.items or event.marks or event.collections):
            with self._lock:
                self._matching.clear()

    def _index_later(self, event: JobFinished) -> None:
        """After a long job left many new vectors: build the index in the background."""
        job = self._index_job()
        if event.title != job.title and self.index_is_behind():
            self._engine.jobs.submit(job)


def _candidates(scored: Scored, open_to: np.ndarray, found: np.ndarray, archive: Archive, k: int | None) -> np.ndarray:
    """Positions worth an exact look: the most surprising ones, all that stand out, and those found by words."""
    free = open_to[scored.positions]
    positions, surprise = scored.positions[free], scored.surprise[free]
    count = SHOWN if k is None else k
    if k is None and scored.limits is not None:
        count = max(count, int((surprise >= scored.limits.unsure).sum()))
    if count < len(positions):
        last = np.partition(surprise, len(surprise) - count)[len(surprise) - count]
        slack = 2 * scan.ROUNDING * max((4.0 / middle.spread for middle in scored.middles.values()), default=0)
        positions = positions[surprise >= last - slack]
    if len(found):
        positions = np.union1d(positions, archive.positions_of(found))
    return positions


def _limits_as_cosines(
    scored: Scored, archive: Archive, candidates: np.ndarray, bands: np.ndarray, open_to: np.ndarray
) -> tuple[float, float] | None:
    """The limits on the scale of the kind most hits are of."""
    if scored.limits is None:
        return None
    standing = archive.kinds[candidates[bands <= banding.UNSURE]]
    of_kinds = standing if len(standing) else archive.kinds[open_to]
    if not len(of_kinds):
        return None
    kind = KINDS[int(np.bincount(of_kinds, minlength=len(KINDS)).argmax())]
    return float(scored.cosine_at(kind, scored.limits.likely)), float(scored.cosine_at(kind, scored.limits.unsure))


def _members(ids: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Which of `ids` are in the ascending `allowed`, bool."""
    if not len(allowed):
        return np.zeros(len(ids), bool)
    at = np.minimum(np.searchsorted(allowed, ids), len(allowed) - 1)
    return allowed[at] == ids


def _fused(ids: np.ndarray, cosines: np.ndarray, parts: np.ndarray, bands: np.ndarray, found: np.ndarray) -> _Columns:
    """Ids, cosines, bands, found-by codes and parts in their final order.

    Words that stand in an item's name, caption or text are evidence of their own: they lift it by one band.
    """
    if not len(found):
        return _Columns(ids, cosines, bands, np.full(len(ids), fusion.MEANING, np.int8), parts)
    both, fused, found_by = fusion.fuse(ids, found)
    order = np.argsort(ids)
    known = _members(both, ids[order])
    at = order[np.minimum(np.searchsorted(ids, both, sorter=order), max(len(ids) - 1, 0))] if len(ids) else None
    measured = len(bands) == 0 or bands[0] != banding.NONE
    all_cosines = np.full(len(both), np.nan, np.float32)
    all_parts = np.zeros(len(both), np.int32)
    all_bands = np.full(len(both), banding.UNLIKELY if measured else banding.NONE, np.int8)
    if at is not None:
        all_cosines[known], all_parts[known], all_bands[known] = cosines[at[known]], parts[at[known]], bands[at[known]]
    by_words = (found_by & fusion.WORDS) > 0
    if measured:
        found_by[by_words & (all_bands == banding.UNLIKELY)] = fusion.WORDS  # its meaning would not have shown it
        all_bands[by_words] = np.maximum(all_bands[by_words] - 1, banding.LIKELY)
    final = np.lexsort((both, -fused, all_bands))
    return _Columns(both[final], all_cosines[final], all_bands[final], found_by[final], all_parts[final])


def _unranked(ids: np.ndarray, matching: int, began: float) -> Hits:
    return Hits(
        ids,
        np.full(len(ids), np.nan, np.float32),
        np.full(len(ids), banding.NONE, np.int8),
        np.full(len(ids), fusion.MEANING, np.int8),
        np.zeros(len(ids), np.int32),
        milliseconds=1000 * (time.perf_counter() - began),
        searched=matching,
    )


def _words_in(terms: tuple[Term, ...]) -> str:
    return " ".join(term.words for term in terms if term.words and term.weight > 0)
