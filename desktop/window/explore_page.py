"""The page of map, grid and table. One selection, one filter, one scroll memory for all of them."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from desktop.collections.grid_view import GridView
from desktop.theme import Theme
from desktop.widgets.segments import Segments

View = Literal["map", "grid", "both", "table"]
VIEWS: tuple[View, ...] = ("map", "grid", "both", "table")
HEADER_HEIGHT = 36
MAP_HEIGHT, MAP_WIDTH = 354, 812
MAP_SHARE = 0.53  # of a low window, so that the grid keeps its rows


class ExplorePage(QWidget):
    """Arranges the three views; which of them are seen is its only decision."""

    view_changed = Signal(str)

    def __init__(
        self,
        theme: Theme,
        map_view: QWidget,
        grid: GridView,
        table: QWidget,
        map_header: list[QWidget],
        filters: QWidget,
    ) -> None:
        super().__init__()
        self.setObjectName("explore_page")
        self.map_view, self.grid, self.table = map_view, grid, table
        self.view: View = "both"
        self.segments = Segments(
            theme,
            (
                ("map", "Map", "ph.map-trifold"),
                ("grid", "Grid", "ph.squares-four"),
                ("both", "Both", "mdi6.view-split-vertical"),
                ("table", "Table", "ph.table"),
            ),
        )
        self.segments.chosen.connect(lambda key: self.show_view(key))
        self.header = QFrame()
        self.header.setObjectName("view_header")
        self.header.setProperty("ground", "surface")
        self.header.setFixedHeight(HEADER_HEIGHT)
        row = QHBoxLayout(self.header)
        row.setContentsMargins(8, 3, 8, 3)
        row.setSpacing(6)
        row.addWidget(self.segments)
        self._map_header = QWidget()
        tools = QHBoxLayout(self._map_header)
        tools.setContentsMargins(6, 0, 0, 0)
        tools.setSpacing(6)
        for place, widget in enumerate(map_header):
            if place == len(map_header) - 1:
                tools.addStretch(1)  # the last, “more”, stands at the end
            tools.addWidget(widget)
        self._map_header.setMinimumWidth(1)  # gives way before it pushes the panels at the sides
        row.addWidget(self._map_header, 1)
        self._filters = filters
        row.addWidget(filters, 1)
        rule = QFrame()
        rule.setProperty("rule", "true")
        self.browse = QStackedWidget()
        self.browse.addWidget(grid)
        self.browse.addWidget(table)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("explore_splitter")
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.addWidget(map_view)
        self.splitter.addWidget(self.browse)
        self.splitter.setStretchFactor(1, 1)
        self.stage = QWidget()  # holds all views; what shows one item large covers it
        self.stage.setObjectName("stage")
        inside = QVBoxLayout(self.stage)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.splitter)
        self._sizes: dict[str, list[int]] = {}
        self.splitter.splitterMoved.connect(self._remember_sizes)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addWidget(rule)
        column.addWidget(self.stage, 1)
        self.show_view("both")

    def show_view(self, view: str) -> None:
        """Show map, grid, both or table."""
        if view not in VIEWS:
            return
        self.view = view
        self.segments.choose(view)
        self._map_header.setVisible(view in ("map", "both"))
        self._filters.setVisible(view in ("grid", "table"))
        self.map_view.setVisible(view in ("map", "both"))
        self.browse.setVisible(view != "map")
        self.grid.nothing.set_beside_map(view == "both")
        now = self.table if view == "table" else self.grid
        self.browse.setCurrentWidget(now)
        self.browse.setFocusProxy(now)
        self._divide()
        self.view_changed.emit(view)

    def set_side_by_side(self, on: bool) -> None:
        wanted = Qt.Orientation.Horizontal if on else Qt.Orientation.Vertical
        if self.splitter.orientation() != wanted:
            self.splitter.setOrientation(wanted)
            self._divide()

    def set_labels(self, on: bool) -> None:
        self.segments.show_labels(on)

    def focus_views(self) -> list[QWidget]:
        """The parts that F6 visits, as seen now."""
        stops = (self.map_view, self.browse.currentWidget())
        return [widget for widget in stops if widget is not None and widget.isVisible()]

    def split_sizes(self) -> dict[str, list[int]]:
        """How the user divided the page, by direction; kept between starts."""
        return dict(self._sizes)

    def set_split_sizes(self, sizes: dict[str, list[int]]) -> None:
        self._sizes = {key: [int(part) for part in parts] for key, parts in sizes.items() if len(parts) == 2}
        self._divide()

    def _direction(self) -> str:
        return "side by side" if self.splitter.orientation() == Qt.Orientation.Horizontal else "stacked"

    def _remember_sizes(self) -> None:
        if self.view == "both":
            self._sizes[self._direction()] = self.splitter.sizes()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (
            self._direction() not in self._sizes
        ):  # as long as nobody divided it, the map keeps the height it is meant to have
            QTimer.singleShot(0, self, self._divide)

    def _divide(self) -> None:
        if self.view != "both":
            return
        horizontal = self.splitter.orientation() == Qt.Orientation.Horizontal
        whole = self.splitter.width() if horizontal else self.splitter.height()
        first = MAP_WIDTH if horizontal else min(MAP_HEIGHT, round(whole * MAP_SHARE))
        kept = self._sizes.get(self._direction())
        self.splitter.setSizes(kept or [first, max(100, whole - first)])
