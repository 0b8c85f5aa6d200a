"""Builds map, grid, table, inspector and search, which share one selection and one list of what is shown."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop.widgets.state_block import StateBlock
from desktop.window.explore_page import ExplorePage

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow


class ExploreParts:
    """The parts, ready to be arranged."""

    def __init__(self, window: MainWindow) -> None:
        bridge, theme, actions = window.bridge, window.theme, window.actions
        selection, shown = window.selection, window.shown

        def part(module: str, name: str, *arguments: object) -> QWidget:
            try:
                return getattr(importlib.import_module(module), name)(bridge, theme, actions, *arguments)
            except ImportError:
                block = StateBlock(theme)
                block.say("ph.hourglass", name)
                return block

        self.map_view = part("desktop.map.map_view", "MapView", selection, shown)
        self.grid = part("desktop.collections.grid_view", "GridView", selection, shown)
        self.table = part("desktop.collections.table_view", "TableView", selection, shown)
        self.inspector = part("desktop.collections.inspector", "Inspector", selection)
        self.query_box = part("desktop.search.query_box", "QueryBox", shown, selection)
        header = self.map_view.header_widgets() if hasattr(self.map_view, "header_widgets") else []
        self.page = ExplorePage(theme, self.map_view, self.grid, self.table, header)
