"""The grid: header strip, field of tiles, and what stands in the middle while there is nothing to show."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.actions import ActionRegistry
from desktop.collections.dragging import DragOut
from desktop.collections.grid_canvas import GridCanvas
from desktop.collections.grid_header import GridHeader
from desktop.collections.nothing_shown import NothingShown
from desktop.itemmodels.thumbnails import ThumbnailSource
from desktop.search.search_strip import SearchStrip
from desktop.selection import SelectionModel
from desktop.shown import Shown
from desktop.theme import Theme
from engine.values import Filter

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge


class GridView(QWidget):
    """Shows the items of `Shown` as tiles."""

    opened = Signal(int)
    menu_wanted = Signal(int, QPoint)
    filter_clicked = Signal()

    def __init__(
        self,
        bridge: EngineBridge,
        theme: Theme,
        actions: ActionRegistry,
        selection: SelectionModel,
        shown: Shown,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("gridView")
        self._selection, self._shown = selection, shown
        self.thumbnails = ThumbnailSource(bridge, self)
        self.header = GridHeader(theme, selection, shown)
        self.strip = SearchStrip(bridge, theme, shown)
        self.canvas = GridCanvas(theme, selection, shown, self.thumbnails)
        self.nothing = NothingShown(bridge, theme, actions, shown, self.canvas)
        self._drag = DragOut(bridge, theme, selection, self.canvas)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.header, self.strip):
            column.addWidget(widget)
        column.addWidget(self.canvas, 1)
        self.setFocusProxy(self.canvas)
        self.header.size_chosen.connect(self.canvas.set_tile_size)
        self.header.filter_clicked.connect(self.filter_clicked)
        self.canvas.tile_changed.connect(self.header.show_size)
        self.canvas.opened.connect(self.opened)
        self.canvas.menu_wanted.connect(self.menu_wanted)
        self.canvas.drag_wanted.connect(self._drag.begin)
        self.header.show_size(self.canvas.tile_size)
        actions.add(
            "grid.larger",
            "Larger tiles",
            ("Ctrl++", "Ctrl+="),
            "Items",
            self.canvas.larger,
            icon="ph.plus",
            widget=self,
            menu="View",
        )
        actions.add(
            "grid.smaller",
            "Smaller tiles",
            ("Ctrl+-",),
            "Items",
            self.canvas.smaller,
            icon="ph.minus",
            widget=self,
            menu="View",
        )

    def reveal(self, item_id: int) -> None:
        """Scroll to an item."""
        self.canvas.reveal(item_id)

    def state(self) -> dict[str, Any]:
        """What comes back after a restart: filter, order, size of the tiles, place, current item. A search is not begun again."""
        return {
            "filter": {name: value for name, value in asdict(self._shown.filter).items() if name != "item_ids"},
            "sort": [self._shown.sort, self._shown.descending],
            "tile": self.canvas.tile_size,
            "place": self.canvas.place_kept() if self._shown.query is None else None,
            "current": self._selection.current,
        }

    def put_back(self, state: object) -> None:
        """Make the view as it was; what cannot be understood is passed over."""
        if not isinstance(state, dict):
            return
        try:
            told: dict[str, Any] = {
                name: tuple(value) if isinstance(value, list) else value
                for name, value in dict(state["filter"]).items()
            }
            wanted = Filter(**told)
            sort, descending = str(state["sort"][0]), bool(state["sort"][1])
            tile, place, current = int(state["tile"]), state["place"], state["current"]
        except (KeyError, TypeError, ValueError, IndexError):
            return
        self.canvas.set_tile_size(tile)
        self._shown.begin_with(wanted, sort, descending)
        if place is not None:
            self.canvas.keep_place((int(place[0]), int(place[1]), int(place[2])))
        if current is not None:
            self._selection.set_current(int(current))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.nothing.setGeometry(self.canvas.rect())
