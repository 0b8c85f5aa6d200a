"""Selection, position and keys behave alike in every view that lists items."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from engine.values import Filter
from tests.support.browse_window import browse_window
from tests.support.builders import library_with

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PATIENCE = 20_000


class View:
    """What a story does with a view, whichever it is."""

    def __init__(self, window, name: str) -> None:
        self.window = window
        self.widget = window.grid.canvas if name == "grid" else window.table.table
        self.click = window.click_tile if name == "grid" else window.click_row
        self.bar = self.widget.verticalScrollBar()
        self.forward = Qt.Key.Key_Right if name == "grid" else Qt.Key.Key_Down
        self.back = Qt.Key.Key_Left if name == "grid" else Qt.Key.Key_Up

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self.widget.setFocus()
        QTest.keyClick(self.widget, key, modifiers)


@pytest.fixture(params=["grid", "table"])
def view(request, qtbot, tmp_path):
    with library_with(tmp_path, 300, vectors=False) as engine, browse_window(qtbot, engine) as window:
        yield View(window, request.param)


def chosen(view: View) -> tuple[list[int], int | None]:
    return view.window.selection.ids.tolist(), view.window.selection.current


def test_a_click_selects_one_ctrl_toggles_and_shift_takes_the_range(view):
    view.click(4)
    assert chosen(view) == ([4], 4)
    view.click(6, CTRL)
    assert chosen(view) == ([4, 6], 6)
    view.click(4, CTRL)
    assert chosen(view) == ([6], 4)
    view.click(2)
    view.click(5, SHIFT)
    assert chosen(view) == ([2, 3, 4, 5], 5)


def test_keys_walk_and_take_one_selected_item_along(view):
    view.click(4)
    view.press(view.forward)
    assert chosen(view) == ([5], 5)
    view.press(view.back)
    view.press(view.back)
    assert chosen(view) == ([3], 3)


def test_shift_with_keys_stretches_the_selection_and_shrinks_it_again(view):
    view.click(4)
    view.press(view.forward, SHIFT)
    view.press(view.forward, SHIFT)
    assert chosen(view) == ([4, 5, 6], 6)
    view.press(view.back, SHIFT)
    assert chosen(view) == ([4, 5], 5)


def test_home_and_end_go_to_the_ends_and_scroll_there(view):
    view.click(4)
    view.press(Qt.Key.Key_End)
    assert view.window.selection.current == 300
    assert view.bar.value() == view.bar.maximum()
    view.press(Qt.Key.Key_Home)
    assert view.window.selection.current == 1
    assert view.bar.value() <= 40


def test_space_leaves_an_item_out_and_takes_it_in_again(view):
    view.click(4)
    view.press(Qt.Key.Key_Space)
    assert chosen(view) == ([], 4)
    view.press(Qt.Key.Key_Space)
    assert chosen(view) == ([4], 4)


def test_enter_opens_the_item_and_escape_comes_back_to_the_view(view):
    view.click(4)
    view.press(Qt.Key.Key_Return)
    viewer = view.window.tools.viewer
    assert viewer.isVisible()
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()
    assert view.widget.hasFocus()


def test_select_all_and_marks_by_key_mean_the_same(view):
    view.click(4)
    view.press(Qt.Key.Key_A, CTRL)
    assert view.window.selection.count == 300
    view.click(9)
    view.press(Qt.Key.Key_2)
    view.window.bridge.wait_for_acts()
    assert view.window.bridge.engine.items.cards([9])[0].stars == 2


def test_the_place_comes_back_after_a_mark_made_the_list_be_asked_for_again(qtbot, view):
    view.click(150)
    before = view.bar.value()
    assert before > 0
    with qtbot.waitSignal(view.window.shown.changed, timeout=PATIENCE):
        view.press(Qt.Key.Key_5)

    assert abs(view.bar.value() - before) <= 2
    assert chosen(view) == ([150], 150)


def test_the_selection_outlives_a_filter_that_hides_it(qtbot, view):
    view.click(5)
    shown = view.window.shown
    shown.set_filter(Filter(kinds=("audio",)))
    qtbot.waitUntil(lambda: len(shown.ids) < 300 and not shown.busy, timeout=PATIENCE)
    shown.set_filter(Filter())
    qtbot.waitUntil(lambda: len(shown.ids) == 300 and not shown.busy, timeout=PATIENCE)

    assert chosen(view) == ([5], 5)
