"""Which items of a space lie on its map, and where their vectors stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.maps.messages import VectorFile
from engine.values import KINDS

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.vectors.store import VectorStore

FEWEST = 30  # items; fewer make no map


@dataclass(frozen=True, eq=False)
class Points:
    """Items with a whole vector, in the order of the vector file: `item_ids` and `rows` (n,) int64, `kinds` (n,) int8 (in `KINDS`)."""

    item_ids: np.ndarray
    rows: np.ndarray
    kinds: np.ndarray

    def __len__(self) -> int:
        return len(self.item_ids)

    def take(self, which: np.ndarray) -> Points:
        """Those at the places `which`, in that order (or where a mask holds)."""
        return Points(self.item_ids[which], self.rows[which], self.kinds[which])

    def after(self, known_ids: np.ndarray) -> Points:
        """Those whose items are not among `known_ids`."""
        import numpy as np

        return self.take(~np.isin(self.item_ids, known_ids))

    def in_order_of(self, item_ids: np.ndarray) -> tuple[Points, np.ndarray]:
        """Those of `item_ids` that exist, in that order, and which of `item_ids` (mask) they are."""
        import numpy as np

        if not len(self):
            return self, np.zeros(len(item_ids), bool)
        order = np.argsort(self.item_ids, kind="stable")
        at = order[np.minimum(np.searchsorted(self.item_ids, item_ids, sorter=order), len(self) - 1)]
        there = self.item_ids[at] == item_ids
        return self.take(at[there]), there


class PointsOfLibrary:
    """Answers which points a space has. Kinds are remembered: an item never changes its kind."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kind_by_id: np.ndarray | None = None

    def of(self, space_id: int) -> Points:
        """All points of a space as of now."""
        table = self._engine.vectors.rows(space_id)
        whole = table.part == 0
        item_ids, rows = table.item_id[whole], table.row[whole]
        return Points(item_ids, rows, self.kinds(item_ids))

    def kinds(self, item_ids: np.ndarray) -> np.ndarray:
        """Their kinds, int8 (n,), numbers in `KINDS`."""
        import numpy as np
        from sqlalchemy import select

        from engine.catalogue.queries.many import integers
        from engine.catalogue.tables import Item

        known = self._kind_by_id if self._kind_by_id is not None else np.empty(0, np.int8)
        highest = int(item_ids.max(initial=-1))
        if highest >= len(known) or (known[item_ids] < 0).any():
            with self._engine.library.read() as session:
                groups = [integers(session, select(Item.id).where(Item.kind == kind)) for kind in KINDS]
            known = np.full(1 + max([highest, *(int(group.max(initial=0)) for group in groups)]), -1, np.int8)
            for number, group in enumerate(groups):
                known[group] = number
            self._kind_by_id = known
        return known[item_ids]


def file_of(store: VectorStore) -> VectorFile:
    """What another process needs to map the same vectors."""
    matrix = store.matrix()
    offset = int(getattr(matrix, "offset", 0))
    return VectorFile(str(store.path), matrix.dtype.str, offset, len(matrix), store.dimension)
