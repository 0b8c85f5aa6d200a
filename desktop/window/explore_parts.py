"""Builds map, grid, table, inspector and search, which share one selection and one list of what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop.collections.browse_tools import BrowseTools
from desktop.collections.grid_view import GridView
from desktop.collections.inspector import Inspector
from desktop.collections.table_view import TableView
from desktop.map.map_view import MapView
from desktop.search.filter_bar import FilterBar
from desktop.search.query_box import QueryBox
from desktop.search.score_panel import ScorePanel
from desktop.search.side import SearchSide
from desktop.window.explore_page import ExplorePage

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow


class ExploreParts:
    """The parts, tied together and ready to be arranged."""

    def __init__(self, window: MainWindow) -> None:
        bridge, theme, actions = window.bridge, window.theme, window.actions
        selection, shown = window.selection, window.shown
        self.query_box = QueryBox(bridge, theme, actions, shown, selection)
        self.map_view = MapView(bridge, theme, actions, selection, shown)
        self.grid = GridView(bridge, theme, actions, selection, shown)
        self.table = TableView(bridge, theme, actions, selection, shown)
        self.inspector = Inspector(bridge, theme, actions, selection, shown)
        self.filters = FilterBar(bridge, theme, actions, shown)
        self.side = SearchSide(actions, selection, shown, self.inspector, ScorePanel(bridge, theme, actions, shown))
        self.page = ExplorePage(
            theme, self.map_view, self.grid, self.table, self.map_view.header_widgets(), self.filters
        )
        self.grid.filter_clicked.connect(lambda: self.filters.open_more(self.grid.header.filter))
        self.tools = BrowseTools(
            bridge,
            theme,
            actions,
            selection,
            shown,
            self.page.stage,
            self.inspector,
            (self.map_view, self.grid, self.table),
        )
        self.query_box.left.connect(self.page.browse.setFocus)
