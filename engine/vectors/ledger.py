"""What the vector files need from whoever keeps the table of their rows. The catalogue implements it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engine.values import Kind, RowTable, VectorEntry

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class SpaceState:
    """Where a space's file stands: `rows` committed, `removed` of them without an item, in file number `generation`."""

    id: int
    key: str
    dimension: int
    rows: int
    removed: int
    generation: int


class Ledger(Protocol):
    """Every method is one short transaction and may be called from any thread."""

    def state(self, space_id: int) -> SpaceState:
        """Raises KeyError for an unknown space."""
        ...

    def spaces(self) -> list[SpaceState]: ...

    def commit(self, space_id: int, first: int, entries: Sequence[VectorEntry]) -> None:
        """Rows `first`, `first + 1`, ... belong to `entries` from now on; older rows of the same item and part are let go."""
        ...

    def rows_from(self, space_id: int, first: int) -> RowTable:
        """The table from row `first` on."""
        ...

    def without(self, space_id: int, collection_id: int | None, kinds: Sequence[Kind] | None) -> list[int]: ...

    def forget_rows(self, space_id: int, rows: Sequence[int] | np.ndarray) -> int:
        """Rows whose bytes are lost: their items count as not indexed again. Returns how many items."""
        ...

    def renumber(self, space_id: int, old_rows: np.ndarray, generation: int) -> None:
        """Row `old_rows[i]` is row `i` of file number `generation` from now on."""
        ...

    def forget_space(self, space_id: int) -> None: ...
