"""The item side of a space's rows: which rows speak for an item, of which kind it is. Kept between searches, extended when rows arrive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.values import KINDS, RowTable

KindsOf = Callable[[np.ndarray], np.ndarray]  # item ids -> codes into KINDS, int8


@dataclass(frozen=True, eq=False)
class Archive:
    """Items with a vector, ordered by id, and the rows searched for each.

    A sound is searched by its segments where it has some, else by its whole; the rows of one item stand together.
    """

    item_ids: np.ndarray  # (n,) int64, ascending
    kinds: np.ndarray  # (n,) int8, index into KINDS
    rows: np.ndarray  # (m,) int64 rows of the vector file, grouped by item
    owner: np.ndarray  # (m,) int64 position in item_ids of each row
    first: np.ndarray  # (n,) int64 where an item's rows begin in `rows`
    parts: np.ndarray  # (m,) int32
    whole: np.ndarray  # (n,) int64 row of the whole item, -1 where there is only segments
    several: bool  # some item has more than one row

    @classmethod
    def of(cls, table: RowTable, kinds_of: KindsOf) -> Archive:
        """Build it from the rows of a space."""
        item_ids = np.unique(table.item_id)
        owner = np.searchsorted(item_ids, table.item_id)
        segmented = np.zeros(len(item_ids), bool)
        segmented[owner[table.part > 0]] = True
        whole = np.full(len(item_ids), -1, np.int64)
        is_whole = table.part == 0
        whole[owner[is_whole]] = table.row[is_whole]
        searched = ~(is_whole & segmented[owner])
        order = np.lexsort((table.part[searched], owner[searched]))
        rows, owner, parts = (column[searched][order] for column in (table.row, owner, table.part))
        first = np.searchsorted(owner, np.arange(len(item_ids)))
        return cls(item_ids, kinds_of(item_ids), rows, owner, first, parts, whole, len(rows) > len(item_ids))

    def __len__(self) -> int:
        return len(self.item_ids)

    def per_item(self, by_row: np.ndarray) -> np.ndarray:
        """The best row's value of every item, (n,), from values of all rows of the file."""
        values = by_row[self.rows]
        return np.maximum.reduceat(values, self.first) if self.several else values

    def rows_of(self, positions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(places in `rows` of all rows of some items, which of `positions` each belongs to)."""
        last = np.append(self.first[1:], len(self.rows))
        counts = last[positions] - self.first[positions]
        belongs = np.repeat(np.arange(len(positions)), counts)
        within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.first[positions][belongs] + within, belongs

    def owner_of_row(self, rows: np.ndarray) -> np.ndarray:
        """Position of the item each row of the file speaks for, -1 for rows that are not searched."""
        known = rows < len(self._owners)
        found = np.full(len(rows), -1, np.int64)
        found[known] = self._owners[rows[known]]
        return found

    @cached_property
    def _owners(self) -> np.ndarray:
        owners = np.full(int(self.rows.max()) + 1 if len(self.rows) else 0, -1, np.int64)
        owners[self.rows] = self.owner
        return owners

    def positions_of(self, item_ids: np.ndarray) -> np.ndarray:
        """Positions of those `item_ids` that have a vector."""
        at = np.minimum(np.searchsorted(self.item_ids, item_ids), max(len(self) - 1, 0))
        return at[self.item_ids[at] == item_ids] if len(self) else np.empty(0, np.int64)

    def count_of(self, number: int) -> int:
        """How many items are of a kind, given as its place in KINDS."""
        return int(self._counts[number]) if number < len(self._counts) else 0

    @cached_property
    def _counts(self) -> np.ndarray:
        return np.bincount(self.kinds, minlength=len(KINDS))

    def of_kind(self, kind: str) -> np.ndarray:
        """Which items are of a kind, bool (n,)."""
        return self.kinds == KINDS.index(kind)  # type: ignore[arg-type]
