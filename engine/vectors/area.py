"""The facade's area for vectors: files and their rows kept in step, one space never mixed with another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.events import Changed, Event
from engine.values import Kind, RowTable, VectorEntry
from engine.vectors.ledger import Ledger, SpaceState
from engine.vectors.store import VectorStore

if TYPE_CHECKING:
    import numpy as np

SUFFIX = ".slv"


@dataclass(frozen=True)
class Compaction:
    """What compacting a space frees."""

    rows: int
    removed: int
    bytes_freed: int


class Vectors:
    """Vectors of every space of one library. Methods may be called from any thread; writes come one at a time."""

    def __init__(
        self, folder: Path, ledger: Ledger, announce: Callable[[Event], None], *, read_only: bool = False
    ) -> None:
        self._folder = folder
        self._ledger = ledger
        self._announce = announce
        self._read_only = read_only
        self._lock = threading.RLock()
        self._stores: dict[int, tuple[int, VectorStore]] = {}  # space id -> generation, store
        self._tables: dict[int, tuple[SpaceState, RowTable]] = {}

    def store(self, space_id: int) -> VectorStore:
        """The file of a space. Raises KeyError for an unknown space, `UserFixable` for a damaged file."""
        return self._store(self._ledger.state(space_id))

    def add(self, space_id: int, entries: Sequence[VectorEntry], vectors: np.ndarray) -> None:
        """Keep one unit vector per entry: on the disk first, then their rows in one transaction. Replaces older ones.

        `vectors` is float32 (n, dimension). Raises ValueError when counts or widths do not fit.
        """
        if len(entries) != len(vectors):
            raise ValueError(f"{len(entries)} entries for {len(vectors)} vectors")
        if not entries:
            return
        with self._lock:
            store = self.store(space_id)
            rows = store.append(vectors)
            self._ledger.commit(space_id, rows.start, entries)
            store.commit(rows.stop)
        few = tuple({entry.item_id for entry in entries}) if len(entries) <= 64 else ()
        self._announce(Changed(vectors=True, item_ids=few))

    def rows(self, space_id: int) -> RowTable:
        """Which item each row belongs to. Cached; new rows are read when there are any. No row is beyond the store's."""
        with self._lock:
            state = self._ledger.state(space_id)
            known = self._tables.get(space_id)
            if known is not None and known[0] == state:
                return known[1]
            if known is not None and (known[0].removed, known[0].generation) == (state.removed, state.generation):
                table = _joined(known[1], self._ledger.rows_from(space_id, known[0].rows))
            else:
                table = self._ledger.rows_from(space_id, 0)
            store = self._store(state)
            store.commit(state.rows)
            table = _up_to(table, min(store.rows, state.rows))  # what came in since `state` waits for the next call
            self._tables[space_id] = state, table
            return table

    def of(self, space_id: int, item_ids: Sequence[int] | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(ids that have a vector, in the order asked; their whole vectors float32 (n, dimension))."""
        import numpy as np

        table = self.rows(space_id)
        whole = table.part == 0
        owners, rows = table.item_id[whole], table.row[whole]
        order = np.argsort(owners, kind="stable")
        wanted = np.asarray(item_ids, np.int64)
        if not len(owners):
            return np.empty(0, np.int64), np.empty((0, self._ledger.state(space_id).dimension), np.float32)
        at = np.minimum(np.searchsorted(owners, wanted, sorter=order), len(owners) - 1)
        found = owners[order[at]] == wanted
        return wanted[found], self.store(space_id).matrix()[rows[order[at[found]]]].astype(np.float32)

    def items_without(
        self, space_id: int, collection_id: int | None = None, kinds: Sequence[Kind] | None = None
    ) -> list[int]:
        """Items that have no vector in this space yet, oldest first."""
        return self._ledger.without(space_id, collection_id, kinds)

    def recover(self) -> int:
        """After a crash: cut what was never committed, let damaged rows go. Returns how many items are to be indexed again."""
        return sum(self._mend(state, checked=False) for state in self._ledger.spaces())

    def verify(self) -> int:
        """Read every vector and compare checksums; items of damaged blocks count as not indexed. Returns how many."""
        return sum(self._mend(state, checked=True) for state in self._ledger.spaces())

    def compaction(self, space_id: int) -> Compaction:
        """What `compact` would free, without doing it."""
        state = self._ledger.state(space_id)
        kept = len(self.rows(space_id).row)
        return Compaction(kept, state.rows - kept, (state.rows - kept) * state.dimension * 2)

    def compact(self, space_id: int) -> Compaction:
        """Write the rows that still have an item into a new file and swap it in. A crash leaves the old one in use."""
        with self._lock:
            preview = self.compaction(space_id)
            state = self._ledger.state(space_id)
            old = self._store(state)
            rows = self.rows(space_id).row
            target = self._path(state.key, state.generation + 1)
            for leftover in (target, target.with_suffix(target.suffix + ".blocks")):
                leftover.unlink(missing_ok=True)
            fresh = VectorStore(target, state.key, state.dimension)
            for start in range(0, len(rows), 65_536):
                fresh.append(old.matrix()[rows[start : start + 65_536]])
            self._ledger.renumber(space_id, rows, state.generation + 1)
            fresh.commit(len(rows))
            self._stores[space_id] = state.generation + 1, fresh
            self._tables.pop(space_id, None)
            self._remove_file(old.path)
        self._announce(Changed(vectors=True))
        return preview

    def remove_space(self, space_id: int) -> int:
        """Delete a space and its file; the others stay as they are. Returns the bytes freed."""
        with self._lock:
            path = self.store(space_id).path
            size = path.stat().st_size if path.exists() else 0
            self._ledger.forget_space(space_id)
            self._stores.pop(space_id, None)
            self._tables.pop(space_id, None)
            self._remove_file(path)
        self._announce(Changed(vectors=True, models=True))
        return size

    def _store(self, state: SpaceState) -> VectorStore:
        with self._lock:
            known = self._stores.get(state.id)
            if known is not None and known[0] == state.generation:
                return known[1]
            store = VectorStore(
                self._path(state.key, state.generation),
                state.key,
                state.dimension,
                committed=state.rows,
                read_only=self._read_only,
            )
            self._stores[state.id] = state.generation, store
            return store

    def _mend(self, state: SpaceState, *, checked: bool) -> int:
        import numpy as np

        store = self._store(state)
        lost = [np.arange(store.rows, state.rows)] if store.missing else []
        if checked:
            lost += [np.arange(damaged.start, damaged.stop) for damaged in store.verify()]
        if not lost:
            return 0
        count = self._ledger.forget_rows(state.id, np.concatenate(lost))
        self._announce(Changed(vectors=True))
        return count

    def _path(self, key: str, generation: int) -> Path:
        return self._folder / (f"{key}.{generation}{SUFFIX}" if generation else f"{key}{SUFFIX}")

    @staticmethod
    def _remove_file(path: Path) -> None:
        for part in (path, path.with_suffix(path.suffix + ".blocks")):
            try:
                part.unlink(missing_ok=True)
            except OSError:  # Windows keeps a mapped file; it is no longer named by any space and does no harm
                continue


def _joined(known: RowTable, more: RowTable) -> RowTable:
    import numpy as np

    if not len(more.row):
        return known
    return RowTable(
        np.concatenate([known.row, more.row]),
        np.concatenate([known.item_id, more.item_id]),
        np.concatenate([known.part, more.part]),
        np.concatenate([known.start, more.start]),
        np.concatenate([known.end, more.end]),
        more.generation,
    )


def _up_to(table: RowTable, rows: int) -> RowTable:
    if not len(table.row) or table.row[-1] < rows:
        return table
    kept = table.row < rows
    return RowTable(
        table.row[kept], table.item_id[kept], table.part[kept], table.start[kept], table.end[kept], table.generation
    )
