"""Arrange a space's items on a map, or find a place for those that are new."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.errors import UserFixable
from engine.maps.making import placed_sentence

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Progress


@dataclass(frozen=True)
class BuildMap:
    """Make (or complete) the map of a space; its result is how many items lie on it.

    None means the space in use and the correction that is set. With a layout there and not `fresh`, only new items are placed and old
    points stay put; `fresh` arranges all again, beginning where they are; `from_nothing` forgets the old layout, so that the same
    vectors and seed give the same map to the last bit.
    """

    space_id: int | None = None
    corrected: bool | None = None
    fresh: bool = False
    from_nothing: bool = False
    title: str = "Arrange the map"
    lane: Literal["map"] = "map"

    def run(self, engine: Engine, progress: Progress) -> str:
        space_id = engine.maps.space(self.space_id)
        if space_id is None:
            raise UserFixable("There is nothing to arrange yet.", "", "Add folders first.")
        corrected = engine.maps.corrected(self.corrected)
        making = engine.maps.making(space_id, corrected, progress)
        old = None if self.from_nothing else engine.maps.layout(space_id, corrected)
        if old is not None and not self.fresh:
            layout = making.place(old)
            placed = len(layout) - len(old)
            if placed:
                making.keep(layout)
                return placed_sentence(placed)
            making.announce(layout, "settled")
            return f"All {len(layout):,} items have their place."
        layout = making.arrange(old, asked=old is not None)
        making.keep(layout)
        return f"Arranged {len(layout):,} items."
