"""The table of vector rows, as `engine.vectors` needs it kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.catalogue.library import Library
from engine.values import Kind, RowTable, VectorEntry

if TYPE_CHECKING:
    import numpy as np

    from engine.catalogue.tables import Space

CHUNK = 1_000_000  # rows read at once


class VectorLedger:
    """Answers `engine.vectors.ledger.Ledger` from the library's database. `state_type` is its `SpaceState`."""

    def __init__(self, library: Library, state_type: type[Any]) -> None:
        self._library = library
        self._state_type = state_type

    def state(self, space_id: int) -> Any:
        from engine.catalogue.tables import Space

        with self._library.read() as session:
            space = session.get(Space, space_id)
            if space is None:
                raise KeyError(f"there is no space {space_id}")
            return self._state(space)

    def spaces(self) -> list[Any]:
        from sqlalchemy import select

        from engine.catalogue.tables import Space

        with self._library.read() as session:
            return [self._state(space) for space in session.scalars(select(Space).order_by(Space.id))]

    def commit(self, space_id: int, first: int, entries: Sequence[VectorEntry]) -> None:
        from sqlalchemy import delete, insert, select

        from engine.catalogue.queries.many import values_of
        from engine.catalogue.tables import Item, Space, Vector

        ids = {entry.item_id for entry in entries}
        wanted = {(entry.item_id, entry.part) for entry in entries}
        with self._library.write() as session:
            there = set(session.scalars(select(Item.id).where(Item.id.in_(values_of(ids)))))
            older = select(Vector.row, Vector.item_id, Vector.part).where(
                Vector.space_id == space_id, Vector.item_id.in_(values_of(ids))
            )
            replaced = [row for row, item, part in session.execute(older) if (item, part) in wanted]
            if replaced:
                session.execute(
                    delete(Vector).where(Vector.space_id == space_id, Vector.row.in_(values_of(replaced))),
                    execution_options={"synchronize_session": False},
                )
            rows = [
                {
                    "space_id": space_id,
                    "row": first + number,
                    "item_id": entry.item_id,
                    "part": entry.part,
                    "start": entry.start,
                    "end": entry.end,
                }
                for number, entry in enumerate(entries)
                if entry.item_id in there  # an item removed meanwhile leaves an idle row
            ]
            if rows:
                session.execute(insert(Vector), rows)
            space = session.get(Space, space_id)
            if space is None:
                raise KeyError(f"there is no space {space_id}")
            session.refresh(space)
            space.rows = max(space.rows, first + len(entries))
            space.removed += len(entries) - len(rows)

    def rows_from(self, space_id: int, first: int) -> RowTable:
        import numpy as np
        from sqlalchemy import func, select

        from engine.catalogue.queries.many import parse
        from engine.catalogue.tables import Space, Vector

        parts: list[list[np.ndarray]] = [[], [], [], [], []]
        types = (np.int64, np.int64, np.int32, np.float32, np.float32)
        with self._library.read() as session:
            space = session.get(Space, space_id)
            end = space.rows if space else 0
            for start in range(first, end, CHUNK):
                block = (
                    select(Vector)
                    .where(Vector.space_id == space_id, Vector.row >= start, Vector.row < min(start + CHUNK, end))
                    .order_by(Vector.row)
                    .subquery()
                )
                joined = session.execute(
                    select(
                        func.group_concat(block.c.row),
                        func.group_concat(block.c.item_id),
                        func.group_concat(block.c.part),
                        func.group_concat(func.coalesce(block.c.start, "nan")),
                        func.group_concat(func.coalesce(block.c.end, "nan")),
                    )
                ).one()
                for column, text, kind in zip(parts, joined, types):
                    column.append(parse(text, kind))
        row, item_id, part, begins, ends = (
            np.concatenate(column) if column else np.empty(0, kind) for column, kind in zip(parts, types)
        )
        return RowTable(row, item_id, part, begins, ends, space.generation if space else 0)

    def without(
        self, space_id: int, collection_id: int | None = None, kinds: Sequence[Kind] | None = None
    ) -> list[int]:
        from sqlalchemy import select

        from engine.catalogue.queries.many import integers
        from engine.catalogue.tables import File, Item, Vector

        has = select(Vector.item_id).where(Vector.space_id == space_id)
        statement = select(Item.id).where(Item.id.not_in(has)).order_by(Item.id)
        if kinds is not None:
            statement = statement.where(Item.kind.in_(kinds))
        if collection_id is not None:
            inside = select(File.content_hash).where(
                File.collection_id == collection_id, File.content_hash.is_not(None)
            )
            statement = statement.where(Item.content_hash.in_(inside))
        with self._library.read() as session:
            found: list[int] = integers(session, statement).tolist()
            return found

    def forget_rows(self, space_id: int, rows: Sequence[int] | np.ndarray) -> int:
        from sqlalchemy import delete, select

        from engine.catalogue.queries.many import values_of
        from engine.catalogue.tables import Vector

        lost = Vector.space_id == space_id, Vector.row.in_(values_of(rows))
        with self._library.write() as session:
            items = set(session.scalars(select(Vector.item_id).where(*lost)))
            # an item with one damaged segment is encoded as a whole again
            whole = Vector.space_id == space_id, Vector.item_id.in_(values_of(items))
            session.execute(delete(Vector).where(*whole), execution_options={"synchronize_session": False})
        return len(items)

    def renumber(self, space_id: int, old_rows: np.ndarray, generation: int) -> None:
        from sqlalchemy import text

        from engine.catalogue.tables import Space

        with self._library.write() as session:
            # rows only ever move to smaller numbers, so going upward never meets a number still in use
            moves = [{"space": space_id, "new": new, "old": int(old)} for new, old in enumerate(old_rows) if new != old]
            if moves:
                session.execute(text("UPDATE vector SET row = :new WHERE space_id = :space AND row = :old"), moves)
            space = session.get(Space, space_id)
            assert space is not None
            session.refresh(space)
            space.rows, space.removed, space.generation = len(old_rows), 0, generation

    def forget_space(self, space_id: int) -> None:
        from sqlalchemy import delete

        from engine.catalogue.tables import Space

        with self._library.write() as session:
            session.execute(delete(Space).where(Space.id == space_id))

    def _state(self, space: Space) -> Any:
        return self._state_type(
            id=space.id,
            key=space.key,
            dimension=space.dimension,
            rows=space.rows,
            removed=space.removed,
            generation=space.generation,
        )
