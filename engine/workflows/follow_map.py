"""The live map: runs while vectors come in, and ends when everything has its place."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
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
LOOK_EVERY = 0.1
RESTED = 2.0  # times as long as placing took, it rests: the encoder has the cores
REST_AT_MOST = 1.0  # seconds; new items are to be seen within two
SAVE_EVERY = 30.0  # seconds; what a crash may cost of the placing


@dataclass(frozen=True)
class FollowMap:
    """Bring the map of the space in use up to date, and keep it so until nothing new comes.

    While a library is indexed for the first time its map grows: new items join at once, and all are arranged together whenever
    there are much more of them. A map that has settled stays: new items are placed, old points do not move.
    """

    make_room: Callable[[], bool] | None = field(default=None, compare=False, repr=False)  # does another map job wait?
    title: str = "Keep the map up to date"
    lane: Literal["map"] = "map"

    def run(self, engine: Engine, progress: Progress) -> str:
        space_id = engine.maps.space()
        if space_id is None:
            return ""
        making = engine.maps.making(space_id, engine.maps.corrected(), progress)
        layout = engine.maps.layout(space_id, engine.maps.corrected())
        return _Following(engine, making, layout, self.make_room or _nobody_waits).run(progress)


class _Following:
    def __init__(self, engine: Engine, making: Making, layout: Layout | None, make_room: Callable[[], bool]) -> None:
        self._engine = engine
        self._make_room = make_room
        self._making = making
        self._layout = layout
        self._arranged = 0 if layout is None else len(layout)  # items of the last full arrangement
        self._growing = layout is None
        self._placed = 0
        self._place_after = 0.0
        self._unsaved_since: float | None = None

    def run(self, progress: Progress) -> str:
        count, since = -1, time.monotonic()
        try:
            while not self._make_room():
                progress.check()
                now = len(self._making.points())
                if now != count:
                    count, since = now, time.monotonic()
                quiet = time.monotonic() - since
                if not self._step(count, quiet) and quiet >= QUIET:
                    break
                if self._unsaved_since is not None and time.monotonic() - self._unsaved_since > SAVE_EVERY:
                    self._keep()
                time.sleep(LOOK_EVERY)
            if self._growing and count >= LEFT_OVER * self._arranged and not self._make_room():
                self._arrange()
        finally:
            self._keep()
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
        if len(fresh) and time.monotonic() < self._place_after:
            return True
        if len(fresh):
            began = time.monotonic()
            self._layout = self._making.place(self._layout, growing=self._growing, before=self._placed)
            self._placed += len(fresh)
            self._unsaved_since = self._unsaved_since or time.monotonic()
            took = time.monotonic() - began
            self._place_after = time.monotonic() + min(RESTED * took, REST_AT_MOST)
            return True
        return False

    def _arrange(self) -> None:
        self._layout = self._making.arrange(self._layout, watch=True)
        self._arranged = int(self._layout.made["items"])
        self._unsaved_since = self._unsaved_since or time.monotonic()

    def _keep(self) -> None:
        if self._layout is not None and self._unsaved_since is not None:
            self._making.keep(self._layout)
        self._unsaved_since = None


def _nobody_waits() -> bool:
    return False
