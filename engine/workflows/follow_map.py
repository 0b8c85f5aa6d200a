"""The live map: runs while vectors come in, and ends when everything has its place."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.maps.points import FEWEST

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Progress
    from engine.maps.kept import Layout
    from engine.maps.making import Making

FIRST = 1_000  # items that make a first layout at once; fewer wait until indexing pauses
PAUSE = 0.8  # seconds without a new vector count as a pause
QUIET = 2.0  # seconds without a new vector end the job
GROWN = 1.6  # a growing map is arranged again when it has this many times the items it was arranged with
OUTGROWN = 4.0  # so many times the items: a settled map begins to grow again, for nobody can read it otherwise
LEFT_OVER = 1.05  # at the end all are arranged together once more, unless hardly any were only placed
LOOK_EVERY = 0.2


@dataclass(frozen=True)
class FollowMap:
    """Bring the map of the space in use up to date, and keep it so until nothing new comes.

    While a library is indexed for the first time its map grows: new items join at once, and all are arranged together whenever
    there are much more of them. A map that has settled stays: new items are placed, old points do not move.
    """

    title: str = "Keep the map up to date"
    lane: Literal["map"] = "map"

    def run(self, engine: Engine, progress: Progress) -> str:
        space_id = engine.maps.space()
        if space_id is None:
            return ""
        making = engine.maps.making(space_id, engine.maps.corrected(), progress)
        return _Following(engine, making, engine.maps.layout(space_id, engine.maps.corrected())).run(progress)


class _Following:
    def __init__(self, engine: Engine, making: Making, layout: Layout | None) -> None:
        self._engine = engine
        self._making = making
        self._layout = layout
        self._arranged = 0 if layout is None else len(layout)  # items of the last full arrangement
        self._growing = layout is None
        self._placed = 0
        self._saved = True

    def run(self, progress: Progress) -> str:
        count, since = -1, time.monotonic()
        while not self._engine.maps.others_wait():
            progress.check()
            self._engine.maps.woken.clear()
            now = len(self._making.points())
            if now != count:
                count, since = now, time.monotonic()
            quiet = time.monotonic() - since
            if not self._step(count, quiet) and quiet >= QUIET:
                break
            self._engine.maps.woken.wait(LOOK_EVERY)
        self._finish(count)
        return "" if self._layout is None else f"{len(self._layout):,} items have their place."

    def _step(self, count: int, quiet: float) -> bool:
        """Do what the moment asks for; False when there was nothing to do."""
        if self._layout is None:
            if count >= FIRST or (count >= FEWEST and quiet >= PAUSE):
                self._arrange()
                return True
            return False
        if count > OUTGROWN * self._arranged:
            self._growing = True
        if self._growing and count >= GROWN * self._arranged:
            self._arrange()
            return True
        fresh = self._making.points().after(self._layout.item_ids)
        if len(fresh):
            self._layout = self._making.place(self._layout, growing=self._growing, before=self._placed)
            self._placed += len(fresh)
            self._saved = False
            return True
        return False

    def _arrange(self) -> None:
        self._layout = self._making.arrange(self._layout, watch=True)
        self._arranged, self._saved = int(self._layout.made["items"]), False

    def _finish(self, count: int) -> None:
        if self._layout is None:
            return
        if self._growing and count >= LEFT_OVER * self._arranged and not self._engine.maps.others_wait():
            self._arrange()
        if not self._saved and not self._engine.read_only:
            self._making.keep(self._layout)
