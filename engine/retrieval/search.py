"""The facade's area for search: hits for a query, neighbours of an item, words near an item.

Order of a search: filter -> direction of the terms -> cosines of all items -> surprises per kind -> bands -> fusion with the words found.
The background is measured on the whole archive, never on the filtered part, so that a filter cannot widen a band.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.errors import UserFixable
from engine.events import Changed, Event, JobFinished
from engine.indexes import scan
from engine.retrieval import answering, fusion, parser, retrievals, scoring
from engine.retrieval import bands as banding
from engine.retrieval.archive import Archive
from engine.retrieval.asking import Asker
from engine.retrieval.direction import Direction
from engine.retrieval.kept import Kept
from engine.retrieval.scoring import Scored, exactly, score_all, score_short_list
from engine.retrieval.trust import even_odds
from engine.retrieval.vocabulary import Vocabulary
from engine.values import KINDS, Filter, Hits, Kind, Neighbour, Query, SpaceInfo, Term

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Job

WORDS_SHOWN = 500
BINS = 64  # of the histogram


@dataclass(frozen=True, eq=False)
class _Asked:
    """One question on its way: where to look, among which items, since when."""

    direction: Direction
    allowed: np.ndarray  # ids that match the filter, ascending
    k: int | None
    began: float


class Search:
    """Questions to one library, in the space of the model in use. Methods may be called from any thread."""

    def __init__(self, engine: Engine, build_index: Callable[[], Job]) -> None:
        """`build_index` makes the job for an archive that has outgrown its index; the facade hands it in."""
        self._engine = engine
        self._index_job = build_index
        self._asker = Asker(engine)
        self._vocabulary = Vocabulary(engine.folder / "vectors", read_only=engine.read_only)
        self._kept = Kept(engine, self._vocabulary)
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
        archive = self._kept.archive(space)
        if len(archive) >= banding.FEWEST_ITEMS:
            self._kept.background(space, archive, "text")

    @property
    def ready(self) -> bool:
        """Whether the model that reads the question is loaded; until then a search waits for it."""
        try:
            return self._engine.models.loaded()
        except UserFixable:
            return False

    def hits(self, query: Query, k: int | None = None) -> Hits:
        """Items that answer the query, best first; with `k` at most so many, else all that stand out and some more.

        Without terms: the items that match the filter, by id. Raises UserFixable when no model is installed.
        """
        began = time.perf_counter()
        allowed = self._kept.ids_matching(query.filter)
        if not query.terms:
            ids = allowed if k is None else allowed[:k]
            return _unranked(ids, len(allowed), began)
        space = self._engine.models.space()
        archive = self._kept.archive(space)
        asked = _Asked(self._direction(query.terms), allowed, k, began)
        open_to = _members(archive.item_ids, allowed)
        for item_id in asked.direction.itself:
            open_to[archive.positions_of(np.array([item_id]))] = False
        found = self._found_by_words(asked)
        if asked.direction.vector is None or not len(archive):
            return self._by_words_only(asked, found, int(open_to.sum()))
        scored = self._score(space, archive, asked, open_to)
        return self._answer(space, archive, scored, asked, open_to, found)

    def neighbours(self, item_id: int, k: int = 10, kinds: Sequence[Kind] | None = None) -> list[Neighbour]:
        """The `k` items most like an item by the cosine of their wholes, of all kinds or some; hidden ones are left out.

        Raises UserFixable when the item has no vector.
        """
        space = self._engine.models.space()
        archive = self._kept.archive(space)
        matrix = self._engine.vectors.store(space.id).matrix()
        vector = self._asker.item(item_id)
        open_to = _members(archive.item_ids, self._kept.ids_matching(Filter(kinds=tuple(kinds or ()))))
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
        archive = self._kept.archive(space)
        kind = int(self._kept.kinds_of(np.array([item_id]))[0])
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

    def _score(self, space: SpaceInfo, archive: Archive, asked: _Asked, open_to: np.ndarray) -> Scored:
        assert asked.direction.vector is not None
        matrix = self._engine.vectors.store(space.id).matrix()
        background = self._kept.background(space, archive, asked.direction.kind)
        odds = even_odds(self._engine.models.encoder(), asked.direction.kind)
        share = open_to.mean()
        if len(archive.rows) > scoring.LARGE and share > 0.25:  # else too few of a short list would be left
            index = self._kept.index(space)
            if index is not None:
                count = int((answering.SHOWN if asked.k is None else asked.k) / share)
                return score_short_list(archive, matrix, asked.direction.vector, background, odds, index, count)
        return score_all(archive, matrix, asked.direction.vector, background, odds)

    def _answer(
        self,
        space: SpaceInfo,
        archive: Archive,
        scored: Scored,
        asked: _Asked,
        open_to: np.ndarray,
        found: np.ndarray,
    ) -> Hits:
        direction = asked.direction
        assert direction.vector is not None
        matrix = self._engine.vectors.store(space.id).matrix()
        lent = np.zeros(len(archive))
        if direction.words:
            lent = answering.lent_by_captions(scored, archive, *self._kept.described())
        by_words = np.union1d(found, archive.item_ids[(lent > 0) & open_to])
        candidates = answering.candidates(scored, open_to, by_words, archive, asked.k)
        cosines, parts = exactly(archive, matrix, candidates, direction.vector)
        surprise = scored.surprise_of(archive, candidates, cosines)
        chances = scored.chances_of(archive, candidates, surprise) if scored.measured else None
        ids, kinds = archive.item_ids[candidates], archive.kinds[candidates]
        hits = answering.ranked(ids, kinds, cosines, parts, surprise, chances, lent[candidates], found)
        kind = answering.kind_shown(scored, archive, open_to)
        shown = scored.usual[:0]
        if kind is not None:
            of_kind = archive.kinds[scored.usual_positions] == KINDS.index(kind)
            shown = scored.usual[open_to[scored.usual_positions] & of_kind]
        counts, edges = np.histogram(shown, BINS) if len(shown) else (np.zeros(0), np.zeros(0))
        columns = hits.first(asked.k)
        searched = int(open_to.sum())
        return Hits(
            columns.item_ids,
            columns.scores,
            columns.bands,
            columns.found_by,
            columns.parts,
            milliseconds=1000 * (time.perf_counter() - asked.began),
            searched=searched,
            unindexed=len(asked.allowed) - searched - len(direction.itself),
            limits=scored.limits_of(kind) if scored.measured and kind is not None else None,
            fit=answering.fit_of(hits) if scored.measured else None,
            histogram=(tuple(edges.tolist()), tuple(counts.astype(int).tolist())) if len(shown) else None,
            measured_kind=kind,
            left_out=direction.left_out,
        )

    def _found_by_words(self, asked: _Asked) -> np.ndarray:
        """Ids of items that have all the words, best first."""
        from engine.catalogue.queries.full_text import items_with_words

        if not asked.direction.words:
            return np.empty(0, np.int64)
        with self._engine.library.read() as session:
            found = items_with_words(session, asked.direction.words, WORDS_SHOWN)
        return found[_members(found, asked.allowed) & ~np.isin(found, asked.direction.itself)]

    @staticmethod
    def _by_words_only(asked: _Asked, found: np.ndarray, indexed: int) -> Hits:
        found = found if asked.k is None else found[: asked.k]
        return Hits(
            found,
            np.full(len(found), np.nan, np.float32),
            np.full(len(found), banding.NONE, np.int8),
            np.full(len(found), fusion.WORDS, np.int8),
            np.zeros(len(found), np.int32),
            milliseconds=1000 * (time.perf_counter() - asked.began),
            searched=0,
            unindexed=len(asked.allowed) - indexed,
            left_out=asked.direction.left_out,
        )

    # -- the compressed index ---------------------------------------------------------------------------------
    def index_is_behind(self) -> bool:
        """Whether the archive is large and a search would be faster with its index built or extended."""
        try:
            space = self._engine.models.space()
        except UserFixable:
            return False
        rows = len(self._engine.vectors.rows(space.id).row)
        index = self._kept.index(space) if rows > scoring.LARGE else None
        return rows > scoring.LARGE and (index is None or index.rows < 0.9 * rows)

    def build_index(self, step: Callable[[int], None] = lambda rows: None) -> int:
        """Build or extend the compressed index of the space in use and keep it; returns the rows it covers. Takes minutes."""
        return self._kept.build_index(self._engine.models.space(), step)

    def _on_event(self, event: Event) -> None:
        if isinstance(event, JobFinished) and event.outcome == "done" and not self._engine.read_only:
            self._index_later(event)
        if isinstance(event, Changed) and event.models:
            self._engine.models.forget()
        if isinstance(event, Changed) and (event.items or event.marks or event.collections):
            self._kept.forget()

    def _index_later(self, event: JobFinished) -> None:
        """After a long job left many new vectors: build the index in the background."""
        job = self._index_job()
        if event.title != job.title and self.index_is_behind():
            self._engine.jobs.submit(job)


def _members(ids: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """Which of `ids` are in the ascending `allowed`, bool."""
    if not len(allowed):
        return np.zeros(len(ids), bool)
    at = np.minimum(np.searchsorted(allowed, ids), len(allowed) - 1)
    return allowed[at] == ids


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
