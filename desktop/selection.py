"""The one selection of the window: which items are selected and which one is current, shared by every view."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from PySide6.QtCore import QObject, Signal

_NOTHING = np.empty(0, dtype=np.int64)
_NOTHING.setflags(write=False)
_LONGEST_TABLE = 50_000_000  # bytes


class SelectionModel(QObject):
    """Selected items as a sorted array of ids, and the current item, which keys and the inspector are about.

    `changed` is emitted once per act, never when the act changed nothing. `anchor` is where a range with Shift begins.
    """

    changed = Signal()
    current_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids = _NOTHING
        self._table: np.ndarray | None = None  # item number -> selected; looked up faster than by searching
        self._current: int | None = None
        self.anchor: int | None = None

    @property
    def ids(self) -> np.ndarray:
        """(n,) int64, ascending, read-only."""
        return self._ids

    @property
    def count(self) -> int:
        return len(self._ids)

    @property
    def current(self) -> int | None:
        return self._current

    def has(self, item_id: int) -> bool:
        place = int(np.searchsorted(self._ids, item_id))
        return place < len(self._ids) and int(self._ids[place]) == item_id

    def mask(self, ids: np.ndarray) -> np.ndarray:
        """(n,) bool: which of `ids`, in their order, are selected."""
        if not len(self._ids):
            return np.zeros(len(ids), dtype=bool)
        last = int(self._ids[-1])
        if last > _LONGEST_TABLE:
            return np.isin(ids, self._ids)
        if self._table is None:
            self._table = np.zeros(last + 2, dtype=bool)  # one place more, for every id beyond the last
            self._table[self._ids] = True
        found: np.ndarray = self._table[np.clip(ids, 0, last + 1)]
        return found

    def acted_on(self) -> tuple[int, ...]:
        """What an act on “the selection” is about: the selected items, or the current one when none is selected."""
        if len(self._ids):
            return tuple(int(item) for item in self._ids)
        return () if self._current is None else (self._current,)

    def set_current(self, item_id: int | None) -> None:
        if item_id != self._current:
            self._current = item_id
            self.current_changed.emit()

    def set(self, ids: Iterable[int] | np.ndarray) -> None:
        self._replace(_sorted(ids))

    def add(self, ids: Iterable[int] | np.ndarray) -> None:
        self._replace(np.union1d(self._ids, _sorted(ids)))

    def remove(self, ids: Iterable[int] | np.ndarray) -> None:
        self._replace(np.setdiff1d(self._ids, _sorted(ids), assume_unique=True))

    def intersect(self, ids: Iterable[int] | np.ndarray) -> None:
        self._replace(np.intersect1d(self._ids, _sorted(ids), assume_unique=True))

    def toggle(self, item_id: int) -> None:
        if self.has(item_id):
            self.remove((item_id,))
        else:
            self.add((item_id,))

    def clear(self) -> None:
        self._replace(_NOTHING)

    def _replace(self, ids: np.ndarray) -> None:
        if np.array_equal(ids, self._ids):
            return
        ids.setflags(write=False)
        self._ids = ids
        self._table = None
        self.changed.emit()


def _sorted(ids: Iterable[int] | np.ndarray) -> np.ndarray:
    array = ids if isinstance(ids, np.ndarray) else np.fromiter(ids, dtype=np.int64)
    return np.unique(array.astype(np.int64, copy=False))
