"""What is kept between searches of one library: the item side of every space, backgrounds, indexes, ids that match a filter."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.indexes.compressed import CompressedIndex
from engine.retrieval.archive import Archive
from engine.retrieval.background import Background, imagine_questions
from engine.retrieval.vocabulary import REFERENCES, Vocabulary
from engine.values import Filter, Kind, SpaceInfo

if TYPE_CHECKING:
    from engine.engine import Engine

REFERENCE_ITEMS = 1024
KEPT_FILTERS = 16
DESCRIBED: tuple[Kind, ...] = ("image", "audio")


class Kept:
    """Everything is made when first asked for and again when it no longer fits. Safe to call from several threads."""

    def __init__(self, engine: Engine, vocabulary: Vocabulary) -> None:
        self._engine = engine
        self._vocabulary = vocabulary
        self._archives: dict[int, tuple[object, Archive]] = {}
        self._backgrounds: dict[tuple[int, Kind], Background] = {}
        self._indexes: dict[int, tuple[int, CompressedIndex | None]] = {}
        self._matching: dict[Filter, np.ndarray] = {}
        self._described: tuple[np.ndarray, np.ndarray] | None = None
        self._kinds = np.full(1024, -1, np.int8)  # kind of item i at [i]
        self._lock = threading.RLock()

    def archive(self, space: SpaceInfo) -> Archive:
        """The items of a space as of now."""
        table = self._engine.vectors.rows(space.id)
        with self._lock:
            known = self._archives.get(space.id)
            if known is None or known[0] is not table:
                known = table, Archive.of(table, self.kinds_of)
                self._archives[space.id] = known
            return known[1]

    def kinds_of(self, item_ids: np.ndarray) -> np.ndarray:
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

    def background(self, space: SpaceInfo, archive: Archive, asked: Kind) -> Background:
        """What scores of irrelevant items look like for questions asked in `asked`."""
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
            measured = Background.of(archive, matrix, references, asked, imagined=True)
        self._backgrounds[space.id, asked] = measured
        return measured

    def ids_matching(self, wanted: Filter) -> np.ndarray:
        """Ids that match a filter, ascending; kept until something changes."""
        known = self._matching.get(wanted)
        if known is None:
            known = np.sort(self._engine.items.ids(wanted))
            with self._lock:
                if len(self._matching) >= KEPT_FILTERS:
                    self._matching.clear()
                self._matching[wanted] = known
        return known

    def described(self) -> tuple[np.ndarray, np.ndarray]:
        """(ids of pictures and sounds, ids of the texts that describe them), pair by pair, ordered by text."""
        from engine.catalogue.queries.paired import pairs_between

        known = self._described
        if known is None:
            with self._engine.library.read() as session:
                found = [pairs_between(session, kind, "text")[:2] for kind in DESCRIBED]
            things, texts = (np.concatenate([pairs[side] for pairs in found]) for side in (0, 1))
            order = np.lexsort((things, texts))
            known = self._described = things[order], texts[order]
        return known

    def forget(self) -> None:
        """Items or what the user says of them have changed."""
        with self._lock:
            self._matching.clear()
            self._described = None

    # -- the compressed index ---------------------------------------------------------------------------------
    def index(self, space: SpaceInfo) -> CompressedIndex | None:
        """The compressed index of a space, if one was built for the file as it is numbered now."""
        generation = self._engine.vectors.rows(space.id).generation
        with self._lock:
            known = self._indexes.get(space.id)
            if known is None or known[0] != generation:
                known = generation, CompressedIndex.load(self._index_path(space, generation))
                self._indexes[space.id] = known
            return known[1]

    def build_index(self, space: SpaceInfo, step: Callable[[int], None]) -> int:
        """Build or extend the index and keep it; returns the rows it covers."""
        generation = self._engine.vectors.rows(space.id).generation
        matrix = self._engine.vectors.store(space.id).matrix()
        index = self.index(space)
        if index is None:
            index = CompressedIndex.build(matrix, step)
        else:
            index.extend(matrix, step)
        index.save(self._index_path(space, generation))
        with self._lock:
            self._indexes[space.id] = generation, index
        return index.rows

    def _index_path(self, space: SpaceInfo, generation: int) -> Path:
        return self._engine.folder / "vectors" / f"{space.key}.{generation}.pq"
