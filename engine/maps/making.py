"""One layout of one space in the making: requests to the worker, frames to whoever watches, the result to the library."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from engine.errors import UserFixable
from engine.events import MapFrame
from engine.maps.kept import Layout
from engine.maps.messages import NEIGHBOURS, Arrange, Join, Place, SharedFrames
from engine.maps.points import FEWEST, Points, file_of
from engine.maps.supervisor import MapWorker, Picture

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.jobs import Progress

JOIN_EVERY = 0.5  # seconds between looks for items that came in meanwhile

TooFew = UserFixable("The map appears here once a few dozen items are in.", "", "Add folders, or wait for indexing.")


class Making:
    """Used by one job on one thread. Layouts it returns are not kept before `keep`."""

    def __init__(
        self,
        engine: Engine,
        worker: MapWorker,
        points: Callable[[], Points],
        space_id: int,
        corrected: bool,
        progress: Progress,
        save: Callable[[Layout], None],
        stop: Callable[[], None] | None = None,
    ) -> None:
        self._engine = engine
        self._worker = worker
        self.points = points  # items that have a vector now
        self._space_id = space_id
        self._corrected = corrected
        self._progress = progress
        self._save = save
        self._stop = stop
        self._seed = int(engine.settings.get("map.seed"))

    def arrange(
        self, start: Layout | None = None, *, epochs: int | None = None, watch: bool = False, asked: bool = False
    ) -> Layout:
        """Lay out every item afresh; from where `start` has them when given. `watch`: let items join that come meanwhile.

        `asked` marks the frames as a re-layout, which views animate from the old one. Raises `TooFew`.
        """
        from engine.maps.view import View

        points = self.points()
        begin: np.ndarray | None = None
        view = View()
        if start is not None:
            known, there = points.in_order_of(start.item_ids)
            rest = points.after(known.item_ids)
            if len(rest):
                start = self.place(start, growing=True)
                known, there = points.in_order_of(start.item_ids)
            points, begin = known, start.in_layout_units()[there]
            view = View(start.centre, start.scale)
        if len(points) < FEWEST:
            raise TooFew
        joined = _Joined(self, points) if watch else None
        stage: Literal["refining", "relayout"] = "relayout" if asked else "refining"
        note = f"Arranging {len(points):,} items. The layout settles while you look."
        self._progress.start(None, "steps", note)

        def make(task: int, frames: SharedFrames) -> Arrange:
            return Arrange(
                task,
                file_of(self._engine.vectors.store(self._space_id)),
                frames,
                points.rows,
                points.kinds,
                self._corrected,
                self._seed,
                NEIGHBOURS,
                epochs,
                begin,
            )

        def show(picture: Picture) -> None:
            if picture.stage == "settled":
                return  # announced when it is whole
            self._progress.total, self._progress.done = picture.epochs or None, picture.epoch
            named = stage if picture.stage == "refining" else "first"
            ids = points.item_ids if joined is None else joined.ids(len(picture.positions))
            self._announce(ids, view.look(picture.positions), "relayout" if asked else named, note)

        positions, finished = self._worker.run(
            len(points), make, show, self._check, None if joined is None else joined.look
        )
        ids = points.item_ids if joined is None else joined.ids(len(positions))
        seen = view.settle(positions)
        layout = Layout(
            self._space_id,
            self._corrected,
            ids,
            seen,
            view.centre,
            view.scale,
            self._provenance(points, finished.epochs, finished.recall, finished.seconds, again=begin is not None),
        )
        self.announce(layout, "settled")
        return layout

    def place(self, layout: Layout, *, growing: bool = False, before: int = 0) -> Layout:
        """Find a place for items that `layout` lacks; those it has do not move. Items that are gone leave it.

        `growing`: all will be arranged together soon, so nothing is said. `before`: how many were placed just before these.
        """
        import numpy as np

        from engine.maps.view import View

        points = self.points()
        known, there = points.in_order_of(layout.item_ids)
        layout = layout if there.all() else layout.only(there)
        fresh = points.after(layout.item_ids)
        if not len(fresh) or not len(layout):
            return layout
        rows, kinds = np.concatenate([known.rows, fresh.rows]), np.concatenate([known.kinds, fresh.kinds])
        ids = np.concatenate([layout.item_ids, fresh.item_ids])
        view, old = View(layout.centre, layout.scale), layout.in_layout_units()
        stage: Literal["refining", "placed"] = "refining" if growing else "placed"
        note = "" if growing else placed_sentence(before + len(fresh))
        self._progress.start(None, "items", f"Placing {len(fresh):,} new items.")

        def make(task: int, frames: SharedFrames) -> Place:
            file = file_of(self._engine.vectors.store(self._space_id))
            return Place(task, file, frames, rows, kinds, old, self._corrected, self._seed)

        def whole(positions: np.ndarray) -> np.ndarray:
            # The old part is taken from the layout itself: not even rounding may move it.
            return np.vstack([layout.positions, view.show(positions[len(layout) :])])

        def show(picture: Picture) -> None:
            self._announce(ids, whole(picture.positions), stage, note)

        positions, _ = self._worker.run(len(rows), make, show, self._check)
        made = {**layout.made, "placed": int(layout.made.get("placed", 0)) + len(fresh)}
        placed = Layout(self._space_id, self._corrected, ids, whole(positions), layout.centre, layout.scale, made)
        self._announce(ids, placed.positions, stage, note)
        return placed

    def keep(self, layout: Layout) -> None:
        """Put the layout into the library."""
        self._save(layout)

    def announce(self, layout: Layout, stage: Literal["settled", "placed"], note: str = "") -> None:
        """Show a finished layout to every view."""
        self._announce(layout.item_ids, layout.positions, stage, note)

    def _announce(self, ids: np.ndarray, positions: np.ndarray, stage: Any, note: str) -> None:
        count = min(len(ids), len(positions))
        self._engine.jobs.announce(
            MapFrame(self._space_id, ids[:count], positions[:count], stage, self._corrected, note)
        )

    def _check(self) -> None:
        self._progress.check()
        if self._stop is not None:
            self._stop()

    def _provenance(
        self, points: Points, epochs: int, recall: float, seconds: dict[str, float], *, again: bool
    ) -> dict[str, Any]:
        return {
            **provenance_of_space(self._engine, self._space_id),
            "items": len(points),
            "rows": snapshot(points),
            "seed": self._seed,
            "neighbours": NEIGHBOURS,
            "epochs": epochs,
            "from_old_layout": again,
            "neighbour_recall": round(recall, 4),
            "seconds": {name: round(value, 3) for name, value in seconds.items()},
        }


class _Joined:
    """Items that join a layout while it is made."""

    def __init__(self, making: Making, points: Points) -> None:
        self._making = making
        self._points = points
        self._ids = points.item_ids
        self._looked = time.monotonic()

    def look(self, send: Callable[[Join], None], task: int) -> None:
        """Send whoever came in since the last look."""
        import numpy as np

        if time.monotonic() - self._looked < JOIN_EVERY:
            return
        self._looked = time.monotonic()
        fresh = self._making.points().after(self._ids)
        if len(fresh):
            store = self._making._engine.vectors.store(self._making._space_id)
            send(Join(task, fresh.rows, fresh.kinds, file_of(store)))
            self._ids = np.concatenate([self._ids, fresh.item_ids])

    def ids(self, count: int) -> np.ndarray:
        """Ids of the first `count` points of a frame."""
        return self._ids[:count]


def placed_sentence(count: int) -> str:
    """What is said when new items joined a settled map."""
    return f"{count:,} new item{'s' if count != 1 else ''} placed. Old points stayed put."


def snapshot(points: Points) -> str:
    """A hash of which items, with which vectors, a layout was made of."""
    import blake3

    return str(blake3.blake3(points.item_ids.tobytes() + points.rows.tobytes()).hexdigest()[:16])


def provenance_of_space(engine: Engine, space_id: int) -> dict[str, Any]:
    """Space key and model of a layout, for its record."""
    for space in engine.models.spaces():
        if space.id == space_id:
            return {"space": space.key, "model": space.model_key or space.name}
    return {}
