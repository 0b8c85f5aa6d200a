"""The facade's area for maps: the layout as it is, the live map, the modality gap, regions and representatives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from engine.errors import UserFixable
from engine.events import MapFrame
from engine.maps.follower import Follower, LiveJob
from engine.maps.kept import KeptLayouts, Layout
from engine.maps.making import Making
from engine.maps.points import FEWEST, PointsOfLibrary
from engine.maps.supervisor import MapWorker
from engine.values import KINDS, Kind, Region

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.jobs import Job, Progress
    from engine.maps.fitting import Fitting
    from engine.maps.regions import Named

KEPT_IN_USE = 0.5  # of the fullest space's vectors, for the space of the model in use to be shown
GAP_SAMPLE = 20_000  # vectors of which the gap is measured


class Maps:
    """Methods may be called from any thread. The worker process starts with the first layout, or when following begins."""

    def __init__(self, engine: Engine, build: Callable[..., Job], live: LiveJob) -> None:
        """`build` and `live` make the jobs that a re-layout and following need; the facade hands them in."""
        self._engine = engine
        self._build = build
        self._live = live
        self._kept = KeptLayouts(engine.folder / "maps", engine.library)
        self._worker = MapWorker()
        self._points = PointsOfLibrary(engine)
        self._layouts: dict[tuple[int, bool], Layout | None] = {}
        self._gaps: dict[int, tuple[int, tuple[tuple[Kind, Kind, float], ...]]] = {}
        self._places: tuple[np.ndarray, Named] | None = None
        self._lock = threading.Lock()
        self._follower: Follower | None = None

    # -- the layout there is ----------------------------------------------------------------------------------
    def current(self, space_id: int | None = None, corrected: bool | None = None) -> MapFrame | None:
        """The kept layout without items that are gone, or None. Reads one file the first time, nothing afterwards."""
        space_id = self.space(space_id)
        layout = None if space_id is None else self.layout(space_id, self.corrected(corrected))
        if layout is None:
            return None
        return MapFrame(layout.space_id, layout.item_ids, layout.positions, "settled", layout.corrected)

    def layout(self, space_id: int, corrected: bool) -> Layout | None:
        """As `current`, with how it was made."""
        import numpy as np

        with self._lock:
            key = space_id, corrected
            if key not in self._layouts:
                self._layouts[key] = self._kept.newest(space_id, corrected)
            layout = self._layouts[key]
        if layout is None:
            return None
        there = np.isin(layout.item_ids, self._engine.vectors.rows(space_id).item_id)
        return layout if there.all() else layout.only(there)

    def provenance(self, space_id: int | None = None, corrected: bool | None = None) -> dict[str, Any] | None:
        """How the current layout was made: space, model, seed, parameters, measured recall, seconds."""
        space_id = self.space(space_id)
        layout = None if space_id is None else self.layout(space_id, self.corrected(corrected))
        return None if layout is None else {**layout.made, "corrected": layout.corrected}

    def unplaced(self, space_id: int | None = None, corrected: bool | None = None) -> int:
        """How many indexed items the current layout lacks."""
        import numpy as np

        space_id = self.space(space_id)
        if space_id is None:
            return 0
        layout = self.layout(space_id, self.corrected(corrected))
        points = self._points.of(space_id)
        return len(points) if layout is None else int((~np.isin(points.item_ids, layout.item_ids)).sum())

    def enough(self, space_id: int | None = None) -> bool:
        """Whether there are enough indexed items for a map."""
        space_id = self.space(space_id)
        return space_id is not None and len(self._points.of(space_id)) >= FEWEST

    # -- the modality gap -------------------------------------------------------------------------------------
    def gap(self, space_id: int | None = None) -> float:
        """The widest distance between the centroids of two kinds; NaN while fewer than two kinds are indexed."""
        widest = self.gaps(space_id)
        return widest[0][2] if widest else float("nan")

    def gaps(self, space_id: int | None = None) -> tuple[tuple[Kind, Kind, float], ...]:
        """Every two kinds and the distance of their centroids, widest first. Remembered until vectors come in."""
        import numpy as np

        from engine.maps.gap import gaps

        space_id = self.space(space_id)
        if space_id is None:
            return ()
        points = self._points.of(space_id)
        known = self._gaps.get(space_id)
        if known is not None and known[0] == len(points):
            return known[1]
        sample = points.take(np.arange(0, len(points), max(1, len(points) // GAP_SAMPLE)))
        matrix = self._engine.vectors.store(space_id).matrix()
        found = gaps(np.asarray(matrix[sample.rows], np.float32), sample.kinds)
        named = tuple((KINDS[gap.first], KINDS[gap.second], gap.distance) for gap in found)
        self._gaps[space_id] = len(points), named
        return named

    # -- names and representatives ----------------------------------------------------------------------------
    def regions(
        self, space_id: int | None = None, corrected: bool | None = None, frame: MapFrame | None = None
    ) -> tuple[Region, ...]:
        """Named places of a layout (of `frame` when given) at several levels, see `engine.maps.regions`."""
        frame = frame or self.current(space_id, corrected)
        return () if frame is None else self._named(frame).regions

    def subjects(self, frame: MapFrame) -> tuple[np.ndarray, list[str]]:
        """(codes (n,) int32, names): the named place each item of `frame` lies on, -1 for none."""
        from engine.maps.subjects import subjects_of

        return subjects_of(frame.coordinates, self._named(frame))

    def _named(self, frame: MapFrame) -> Named:
        """Found once per layout; words read since then wait for the next one."""
        from engine.maps.kept_names import KeptNames
        from engine.maps.regions import regions_of

        known = self._places
        if known is not None and known[0] is frame.coordinates:
            return known[1]
        kept = KeptNames(self._engine.folder / "maps", read_only=self._engine.read_only)
        named = kept.of(frame)
        if named is None:
            fitting = self._fitting(frame)
            named = regions_of(self._engine, frame, fitting)
            if fitting is not None:
                kept.keep(frame, named)
        self._places = frame.coordinates, named
        return named

    def _fitting(self, frame: MapFrame) -> Fitting | None:
        """What knows how well words fit items, when the model of the layout's space is loaded and reads words."""
        from engine.maps.fitting import Fitting

        models = self._engine.models
        try:
            if not models.loaded() or models.space().id != frame.space_id or "text" not in models.encoder().kinds:
                return None
        except UserFixable:  # no model is installed
            return None
        return Fitting.of(self._engine, frame.space_id, frame.item_ids, self._points.kinds(frame.item_ids))

    def representatives(
        self,
        frame: MapFrame,
        view: tuple[float, float, float, float],
        cells: tuple[int, int],
        among: np.ndarray | None = None,
    ) -> Sequence[int]:
        """Item ids to show as thumbnails in `view` (left, bottom, right, top in map units), one per cell, densest cell first.

        `cells` (columns, rows) divides the view; `among` (m,) ids limits the choice. The same view gives the same items.
        """
        from engine.maps.representatives import representatives

        return representatives(frame.item_ids, frame.coordinates, view, cells, among)

    # -- making layouts ---------------------------------------------------------------------------------------
    def follow(self, on: bool = True) -> None:
        """Keep the map in step with what is indexed, from now on (or no more). Returns at once; the worker starts meanwhile."""
        if on and self._follower is None and not self._engine.read_only:
            self._follower = Follower(self._engine, self._worker.start, self._live)
        elif not on and self._follower is not None:
            self._follower.end()
            self._follower = None

    def relayout(self, corrected: bool | None = None) -> int:
        """Arrange the map in use afresh, beginning where its points are now; returns the job's number."""
        return self._engine.jobs.submit(self._build(corrected=corrected, fresh=True))

    def making(
        self, space_id: int, corrected: bool, progress: Progress, stop: Callable[[], None] | None = None
    ) -> Making:
        """For jobs: what makes a layout of this space."""
        points = partial(self._points.of, space_id)
        return Making(self._engine, self._worker, points, space_id, corrected, progress, self._save, stop)

    def space(self, space_id: int | None = None) -> int | None:
        """The given space, else that of the model in use; the fullest one while that has less than half as many vectors.

        So a map stays in use until a newly chosen model has seen enough.
        """
        if space_id is not None:
            return space_id
        sizes = {space.id: len(self._engine.vectors.rows(space.id).row) for space in self._engine.models.spaces()}
        fullest = max(sizes, key=lambda number: (sizes[number], -number), default=None)
        try:
            in_use: int | None = self._engine.models.space().id
        except UserFixable:  # no model is installed
            in_use = None
        if in_use is None or (fullest is not None and sizes.get(in_use, 0) < KEPT_IN_USE * sizes[fullest]):
            return fullest
        return in_use

    def corrected(self, corrected: bool | None = None) -> bool:
        """The given choice, else the setting."""
        return bool(self._engine.settings.get("map.gap_corrected")) if corrected is None else corrected

    def close(self) -> None:
        """Stop following and end the worker."""
        self.follow(False)
        self._worker.close()

    def _save(self, layout: Layout) -> None:
        if not self._engine.read_only:
            self._kept.save(layout)
        with self._lock:
            self._layouts[layout.space_id, layout.corrected] = layout
