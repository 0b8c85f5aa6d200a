"""A window with only the browsing parts in it: search field, filter chips, grid, table, inspector, sharing one selection."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QVBoxLayout, QWidget

from desktop.actions import ActionRegistry
from desktop.bridge import EngineBridge
from desktop.collections.browse_tools import BrowseTools
from desktop.collections.grid_view import GridView
from desktop.collections.inspector import Inspector
from desktop.collections.table_view import TableView
from desktop.search.filter_bar import FilterBar
from desktop.search.query_box import QueryBox
from desktop.search.score_panel import ScorePanel
from desktop.selection import SelectionModel
from desktop.shown import Shown
from desktop.theme import Theme
from engine.engine import Engine
from engine.events import Notice


class BrowseWindow(QMainWindow):
    """Built as the real window builds these parts; `notices` gathers what would be said."""

    def __init__(self, engine: Engine, choice: str = "dark") -> None:
        super().__init__()
        self.theme = Theme(choice)  # type: ignore[arg-type]
        self.theme.apply()
        self.bridge = EngineBridge(engine)
        self.actions = ActionRegistry()
        self.selection = SelectionModel()
        self.shown = Shown(self.bridge)
        self.notices: list[Notice] = []
        self.faults: list[str] = []
        self.bridge.noticed.connect(self.notices.append)
        self.bridge.fault.connect(lambda sentence, report: self.faults.append(report))
        parts = (self.bridge, self.theme, self.actions)
        self.query = QueryBox(*parts, self.shown, self.selection)
        self.filters = FilterBar(*parts, self.shown)
        self.grid = GridView(*parts, self.selection, self.shown)
        self.table = TableView(*parts, self.selection, self.shown)
        self.inspector = Inspector(*parts, self.selection, self.shown)
        self.score = ScorePanel(*parts, self.shown)
        self.stage = QWidget()
        views = QHBoxLayout(self.stage)
        views.setContentsMargins(0, 0, 0, 0)
        views.addWidget(self.grid)
        views.addWidget(self.table)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.addWidget(self.query)
        column.addWidget(self.filters)
        row = QHBoxLayout()
        row.addWidget(self.stage, 1)
        self.inspector.setFixedWidth(264)
        self.score.setFixedWidth(264)
        row.addWidget(self.inspector)
        row.addWidget(self.score)
        self.score.hide()
        column.addLayout(row, 1)
        self.setCentralWidget(centre)
        self.tools = BrowseTools(
            *parts, self.selection, self.shown, self.stage, self.inspector, (self.grid, self.table)
        )
        self.actions.attach(self)
        self.resize(1280, 720)

    def click_tile(
        self, item_id: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, *, double: bool = False
    ) -> None:
        """Click the tile of an item, scrolling to it first."""
        self.grid.reveal(item_id)
        place = self.grid.canvas.place_on_screen(item_id)
        assert place is not None, f"item {item_id} is not in the grid"
        click = QTest.mouseDClick if double else QTest.mouseClick
        click(self.grid.canvas.viewport(), Qt.MouseButton.LeftButton, modifiers, place.topLeft() + QPoint(20, 30))

    def click_row(self, item_id: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Click the row of an item in the table."""
        self.table.reveal(item_id)
        row = int((self.table.model.ids == item_id).argmax())
        place = self.table.table.visualRect(self.table.model.index(row, 1))
        QTest.mouseClick(self.table.table.viewport(), Qt.MouseButton.LeftButton, modifiers, place.center())

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self.focusWidget() or self, key, modifiers)


@contextmanager
def browse_window(qtbot: Any, engine: Engine, choice: str = "dark", *, ready: bool = True) -> Iterator[BrowseWindow]:
    """Open the window and wait until the library's items are listed."""
    window = BrowseWindow(engine, choice)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    window.shown.refresh()
    if ready:
        qtbot.waitUntil(lambda: window.shown.answered, timeout=10_000)
        window.grid.canvas.setFocus()
    try:
        yield window
        assert not window.faults, window.faults[0]
    finally:
        window.bridge.close()
        window.close()
