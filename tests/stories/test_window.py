"""The window as a whole: panels that give way and come back, pages, what is remembered, names for screen readers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.window import pages
from desktop.window.main_window import MainWindow
from engine.engine import Engine
from tests.support.builders import library_with
from tests.support.window import ANSWER_MS, open_window

ITEMS = 120


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with library_with(tmp_path, ITEMS) as made:
        yield made


@pytest.fixture
def window(qtbot: QtBot, engine: Engine) -> Iterator[MainWindow]:
    with open_window(qtbot, engine) as made:
        yield made


def test_the_window_opens_on_the_library_with_its_counts(window: MainWindow) -> None:
    assert window.status.counts.text() == "120 items"
    assert window.status.network.text() == "Nothing leaves this computer"
    assert window.page is pages.EXPLORE
    rows = {row.text: row.count for row in window.sources.model.rows}
    assert rows["All items"] == ITEMS
    assert rows["Images"] == window.bridge.engine.items.counts().images > 0
    assert {"photos", "field recorder"} <= set(rows)


def test_choosing_a_collection_shows_its_items_and_the_row_follows_other_filters(
    qtbot: QtBot, window: MainWindow
) -> None:
    rows = window.sources.model.rows
    place = next(n for n, row in enumerate(rows) if row.text == "field recorder")
    with qtbot.waitSignal(window.shown.changed, timeout=ANSWER_MS):
        window.sources.list.clicked.emit(window.sources.model.index(place))
    assert len(window.shown.ids) == rows[place].count
    with qtbot.waitSignal(window.shown.changed, timeout=ANSWER_MS):
        window.shown.show(rows[0].shows)  # type: ignore[arg-type]
    assert window.sources.list.selectionModel().selectedIndexes()[0].row() == 0


def test_panels_give_way_as_the_window_narrows_and_come_back_with_the_space(qtbot: QtBot, window: MainWindow) -> None:
    sources, inspector = window.panels["sources"].dock, window.panels["inspector"].dock
    assert sources.isVisible()
    assert inspector.isVisible()
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: not inspector.isVisible())
    assert sources.isVisible()
    window.resize(980, 640)
    qtbot.waitUntil(lambda: not sources.isVisible())
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: sources.isVisible() and inspector.isVisible())


def test_a_panel_closed_by_hand_stays_closed_when_the_space_comes_back(qtbot: QtBot, window: MainWindow) -> None:
    window.actions.trigger("view.inspector")
    window.resize(1100, 700)
    window.resize(1400, 800)
    qtbot.wait(1)
    assert not window.panels["inspector"].dock.isVisible()


def test_a_panel_without_room_opens_over_the_centre_and_escape_closes_it(qtbot: QtBot, window: MainWindow) -> None:
    window.resize(980, 640)
    qtbot.waitUntil(lambda: not window.panels["inspector"].dock.isVisible())
    window.actions.trigger("view.inspector")
    assert window.panels["inspector"].is_over
    assert window.parts.inspector.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.panels["inspector"].is_over
    window.resize(1280, 800)
    qtbot.waitUntil(lambda: window.panels["inspector"].dock.isVisible())


def test_map_and_grid_stand_side_by_side_only_in_a_wide_window(qtbot: QtBot, window: MainWindow) -> None:
    assert window.parts.page.splitter.orientation() == Qt.Orientation.Vertical
    window.resize(1600, 900)
    qtbot.waitUntil(lambda: window.parts.page.splitter.orientation() == Qt.Orientation.Horizontal)


@pytest.mark.parametrize(
    ("view", "seen"),
    [
        ("map", (True, False, False)),
        ("grid", (False, True, False)),
        ("both", (True, True, False)),
        ("table", (False, False, True)),
    ],
)
def test_each_view_shows_what_its_name_says(window: MainWindow, view: str, seen: tuple[bool, bool, bool]) -> None:
    window.actions.trigger(f"view.{view}")
    parts = window.parts
    assert (parts.map_view.isVisible(), parts.grid.isVisible(), parts.table.isVisible()) == seen


def test_view_and_panels_come_back_after_a_restart(qtbot: QtBot, engine: Engine) -> None:
    with open_window(qtbot, engine) as window:
        window.actions.trigger("view.table")
        window.actions.trigger("view.sources")
    with open_window(qtbot, engine) as again:
        assert again.parts.page.view == "table"
        assert not again.panels["sources"].dock.isVisible()
        assert again.panels["inspector"].dock.isVisible()


def test_a_layout_kept_by_a_newer_version_opens_what_it_can(qtbot: QtBot, engine: Engine) -> None:
    engine.settings.set(
        "window.state",
        {"version": 1, "view": "grid", "docks": "not base64!", "panels": {"sources": False, "timeline": True}},
    )
    with open_window(qtbot, engine) as window:
        assert window.parts.page.view == "grid"
        assert not window.panels["sources"].dock.isVisible()


def test_reset_layout_opens_everything_again(qtbot: QtBot, window: MainWindow) -> None:
    window.actions.trigger("view.sources")
    window.actions.trigger("view.inspector")
    window.actions.trigger("view.grid")
    window.actions.trigger("view.reset")
    assert window.panels["sources"].dock.isVisible()
    assert window.panels["inspector"].dock.isVisible()
    assert window.parts.page.view == "both"


def test_a_torn_off_panel_goes_back_where_it_was(qtbot: QtBot, window: MainWindow) -> None:
    dock = window.panels["inspector"].dock
    window.actions.trigger("view.tear_off_inspector")
    assert dock.isFloating()
    window.actions.trigger("view.reset")
    assert not dock.isFloating()
    assert dock.isVisible()


def test_every_page_opens_and_escape_goes_back(qtbot: QtBot, window: MainWindow) -> None:
    for page in (pages.MODELS, pages.SETTINGS, pages.FAILURES):
        window.open_page(page)
        assert window.stack.currentWidget() is window.page_widget(page)
        window.step_back()
        assert window.page is pages.EXPLORE


def test_f6_walks_through_all_panels_and_round_again(qtbot: QtBot, window: MainWindow) -> None:
    visited: list[str] = []
    for _ in range(8):
        window.actions.trigger("view.next_panel")
        focus = window.focusWidget()
        for name, part in {
            "search": window.parts.query_box,
            "sources": window.sources,
            "map": window.parts.map_view,
            "grid": window.parts.grid,
        }.items():
            if focus is part or part.isAncestorOf(focus):
                visited.append(name)
    assert {"search", "sources", "map", "grid"} <= set(visited)


def test_every_control_has_a_name_for_a_screen_reader(qtbot: QtBot, window: MainWindow) -> None:
    nameless: list[str] = []
    for page in (pages.MODELS, pages.SETTINGS, pages.FAILURES, pages.WELCOME, pages.EXPLORE):
        window.open_page(page)
        nameless += _nameless(window)
    window.actions.trigger("view.table")
    nameless += _nameless(window)
    assert not nameless


def _nameless(window: MainWindow) -> list[str]:
    """Visible controls that a screen reader could only call by their kind."""
    return [
        f"{type(control).__name__} {control.objectName()} in {control.parentWidget().objectName()}"
        for kind in (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
        for control in window.findChildren(kind)
        if control.isVisible()
        and not (control.accessibleName() or getattr(control, "text", lambda: "")())
        and not _is_qt_own(control)
    ]


def _is_qt_own(control: QWidget) -> bool:
    """Parts that Qt builds inside its own controls speak through them."""
    name = control.objectName()
    inside = control.parentWidget()
    return name.startswith("qt_") or inside.metaObject().className() in (
        "QTableWidget", "QSpinBox", "QDoubleSpinBox", "QComboBox", "QComboBoxPrivateContainer",
        "QDockWidget", "QToolBar", "QMenuBar", "QLineEdit", "QTableView", "QTreeWidget", "ModelsTable", "_Rows",
    )  # fmt: skip
