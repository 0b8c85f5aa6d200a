"""Everything by key: each registered action, the palette, the key sheet with re-binding, and no hijack while typing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.actions import ActionRegistry
from desktop.command_palette import CommandPalette
from desktop.help_panel import HelpPanel
from desktop.shortcut_sheet import ShortcutSheet
from desktop.window import pages
from desktop.window.main_window import MainWindow
from engine.engine import Engine
from tests.support.builders import library_with
from tests.support.window import ANSWER_MS, open_window


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with library_with(tmp_path, 60) as made:
        yield made


@pytest.fixture
def window(qtbot: QtBot, engine: Engine) -> Iterator[MainWindow]:
    with open_window(qtbot, engine) as made:
        yield made


def press(widget: QWidget, key: str) -> None:
    """Press a key sequence as a person would, on the widget with the focus."""
    combination = QKeySequence(key)[0]
    QTest.keyClick(widget, combination.key(), combination.keyboardModifiers())


def record(actions: ActionRegistry) -> list[str]:
    """From now on no action does anything but write its name down."""
    done: list[str] = []
    for action in actions:
        harmless = replace(action, handler=lambda id=action.id: done.append(id), enabled=None)
        actions._actions[action.id] = harmless
    return done


def test_every_registered_key_reaches_its_action_where_it_is_meant(qtbot: QtBot, window: MainWindow) -> None:
    window.actions.trigger("view.both")
    done = record(window.actions)
    unreached = []
    for action in window.actions:
        place = action.widget
        if place is not None and not place.isVisible():
            continue  # the viewer's and the table's own keys are walked in their own tests
        focus = _focusable(place or window.parts.grid)
        focus.setFocus()
        for key in window.actions.keys_of(action.id):
            done.clear()
            press(QApplication.focusWidget() or focus, key)
            if done != [action.id] and not _closer(window.actions, action.id, done, focus):
                unreached.append((action.id, key, list(done)))
    assert not unreached


def _focusable(place: QWidget) -> QWidget:
    proxy = place.focusProxy()
    if proxy is not None:
        return proxy
    if place.focusPolicy() != Qt.FocusPolicy.NoFocus:
        return place
    inside = [
        child
        for child in place.findChildren(QWidget)
        if child.isVisible() and child.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]
    return next(child for child in inside if not isinstance(child, QAbstractButton | QLineEdit))


def _closer(actions: ActionRegistry, id: str, done: list[str], focus: QWidget) -> bool:
    """Another action with the same key whose widget lies closer to the focus took it, as it should."""
    if len(done) != 1:
        return False
    winner, loser = actions[done[0]], actions[id]
    return winner.widget is not None and (
        loser.widget is None or loser.widget.isAncestorOf(winner.widget) or winner.widget is loser.widget
    )


def test_no_single_key_does_anything_while_a_text_field_has_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    done = record(window.actions)
    window.open_page(pages.SETTINGS)
    field = window.findChild(QLineEdit, "settings_search")
    field.setFocus()
    assert QApplication.focusWidget() is field
    typed = [key for action in window.actions for key in window.actions.keys_of(action.id) if len(key) == 1]
    assert len(typed) > 15
    for key in typed:
        QTest.keyClicks(field, key.lower())
    assert done == []
    assert len(field.text()) == len(typed)


def test_the_palette_finds_an_action_by_a_few_letters_and_does_it(qtbot: QtBot, window: MainWindow) -> None:
    press(window, "Ctrl+P")
    palette = window.findChild(CommandPalette)
    assert palette is not None
    qtbot.keyClicks(palette.field, "show table")
    assert palette.list.current().text == "Show table"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.parts.page.view == "table"
    assert not palette.isVisible()


def test_the_palette_offers_to_search_when_no_action_is_called_that(qtbot: QtBot, window: MainWindow) -> None:
    window.open_palette()
    palette = window.findChild(CommandPalette)
    qtbot.keyClicks(palette.field, "blurr")
    assert palette.nothing.isVisible()
    assert palette.nothing.text() == "No action is called “blurr”. Press Enter to search the library for it."
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_the_palette_finds_collections_with_an_at_sign_only(qtbot: QtBot, window: MainWindow) -> None:
    window.open_palette()
    palette = window.findChild(CommandPalette)
    qtbot.keyClicks(palette.field, "@photo")
    assert [entry.text for entry in palette.list.entries] == ["photos"]
    with qtbot.waitSignal(window.shown.changed, timeout=ANSWER_MS):
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert window.shown.filter.collection_ids == (1,)


def test_the_key_sheet_shows_every_action_and_its_key_as_it_is(qtbot: QtBot, window: MainWindow) -> None:
    press(window.parts.grid.canvas, "?")
    sheet = window.findChild(ShortcutSheet)
    assert set(sheet.keys) == {action.id for action in window.actions}
    qtbot.keyClicks(sheet.search, "no such action at all")
    assert sheet.nothing.isVisible()
    assert sheet.nothing.text() == "No action with that key."


def test_a_key_is_bound_anew_by_clicking_and_pressing_it(qtbot: QtBot, window: MainWindow) -> None:
    window.open_key_sheet()
    sheet = window.findChild(ShortcutSheet)
    button = sheet.keys["view.table"]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert button.text() == "Press a key"
    qtbot.keyClick(button, Qt.Key.Key_Y, Qt.KeyboardModifier.AltModifier)
    assert window.actions.keys_of("view.table") == ("Alt+Y",)
    sheet.close_now()
    press(window.parts.grid.canvas, "Alt+Y")
    assert window.parts.page.view == "table"
    window.bridge.wait_for_acts()
    assert window.bridge.engine.settings.get("keys.bindings") == {"view.table": ["Alt+Y"]}


def test_a_taken_key_asks_before_it_changes_hands(qtbot: QtBot, window: MainWindow) -> None:
    window.open_key_sheet()
    sheet = window.findChild(ShortcutSheet)
    sheet.ask("view.inspector", "Ctrl+B")
    assert sheet.clash.isVisible()
    assert sheet.clash.sentence.text() == "Ctrl+B already does “Sources”. Use it here instead?"
    assert window.actions.keys_of("view.sources") == ("Ctrl+B",)
    swap = next(button for button in sheet.clash._buttons if button.text() == "Swap")
    qtbot.mouseClick(swap, Qt.MouseButton.LeftButton)
    assert window.actions.keys_of("view.inspector") == ("Ctrl+B",)
    assert window.actions.keys_of("view.sources") == ()


def test_help_speaks_of_the_page_that_is_open(qtbot: QtBot, window: MainWindow) -> None:
    press(window.parts.grid.canvas, "F1")
    panel = window.findChild(HelpPanel)
    assert "map" in panel.text.toPlainText().lower()
    assert "Lasso" in panel.text.toPlainText()


def test_item_keys_also_count_while_the_inspector_has_the_focus(qtbot: QtBot, window: MainWindow) -> None:
    engine = window.bridge.engine
    window.selection.set((3,))
    window.selection.set_current(3)
    inspector = window.parts.inspector
    qtbot.waitUntil(lambda: inspector.stack.currentIndex() == 1, timeout=ANSWER_MS)
    inspector.tags.add.setFocus()

    press(inspector.tags.add, "4")
    qtbot.waitUntil(lambda: engine.items.cards((3,))[0].stars == 4, timeout=ANSWER_MS)
    press(inspector.tags.add, "P")
    qtbot.waitUntil(lambda: engine.items.cards((3,))[0].flag == 1, timeout=ANSWER_MS)
    press(inspector.tags.add, "Ctrl+A")
    assert window.selection.count == 60

    asked: list[str] = []
    inspector.tags.add_wanted.connect(lambda: asked.append("tag"))
    press(inspector.tags.add, "Space")  # belongs to the button that has the focus
    assert asked == ["tag"]
