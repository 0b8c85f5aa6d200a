"""Looking through a library in grid, table and viewer, by mouse and by keys."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.collections.dragging import drag_data, dragged_items
from engine.values import Filter
from tests.support.browse_window import browse_window
from tests.support.builders import kind_of, library_with

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(qtbot, tmp_path):
    with library_with(tmp_path, 400, vectors=False, thumbnails=60) as engine, browse_window(qtbot, engine) as opened:
        yield opened


def test_the_grid_shows_every_item_and_draws_its_pictures_when_they_arrive(qtbot, window):
    canvas = window.grid.canvas
    assert window.grid.header.count.text() == "400 items"
    picture = next(number for number in range(1, 20) if kind_of(number) == "image")

    qtbot.waitUntil(lambda: window.grid.thumbnails.picture(picture, canvas.tile_size) is not None, timeout=20_000)

    assert window.shown.cards.card(picture) is not None
    drawn = canvas.grab().toImage()
    place = canvas.place_on_screen(picture)
    colours = {drawn.pixelColor(place.left() + x, place.top() + 44).name() for x in range(4, 90, 6)}
    assert len(colours) > 2, "a picture and not an empty mat"


def test_arrows_move_through_tiles_and_home_and_end_go_to_the_ends(window):
    order = window.grid.canvas.order.tolist()
    columns = window.grid.canvas.layout_of_tiles.columns

    window.press(Qt.Key.Key_Home)
    assert window.selection.current == order[0]
    window.press(Qt.Key.Key_Right)
    window.press(Qt.Key.Key_Down)
    assert window.selection.current == order[1 + columns]
    window.press(Qt.Key.Key_End)
    assert window.selection.current == order[-1]
    place = window.grid.canvas.place_on_screen(order[-1])
    assert window.grid.canvas.viewport().rect().contains(place.adjusted(0, 0, 0, -1)), "the item moved to is in view"
    window.press(Qt.Key.Key_PageUp)
    assert order[0] < window.selection.current < order[-1]


def test_one_selection_is_seen_in_grid_table_and_inspector(qtbot, window):
    window.click_tile(3)
    window.click_tile(7, CTRL)
    assert window.selection.ids.tolist() == [3, 7]
    assert window.grid.header.selected.text() == " · 2 selected"

    window.click_row(12, SHIFT)
    assert window.selection.ids.tolist() == list(range(7, 13)), "the range begins where the last click in the grid was"
    qtbot.waitUntil(lambda: window.inspector.several.count.text() == "6 selected", timeout=20_000)

    window.click_row(5)
    assert window.selection.ids.tolist() == [5]
    qtbot.waitUntil(lambda: window.inspector.name.text().startswith("market_000005"), timeout=20_000)


def test_a_rubber_band_selects_what_it_touches_and_ctrl_keeps_what_was_selected(window):
    viewport = window.grid.canvas.viewport()
    second = window.grid.canvas.place_on_screen(int(window.grid.canvas.order[1]))

    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(2, 2))
    QTest.mouseMove(viewport, QPoint(40, 40))
    QTest.mouseMove(viewport, second.center())
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, second.center())

    assert window.selection.ids.tolist() == sorted(window.grid.canvas.order[:2].tolist())


def test_select_all_takes_all_that_match_and_not_only_what_is_in_view(qtbot, window):
    window.shown.set_filter(Filter(kinds=("image",)))
    images = sum(kind_of(number) == "image" for number in range(1, 401))
    qtbot.waitUntil(lambda: len(window.shown.ids) == images, timeout=20_000)

    window.press(Qt.Key.Key_A, CTRL)

    assert window.selection.count == images


def test_scroll_position_and_selection_come_back_after_a_filter_was_tried(qtbot, window):
    window.click_tile(350)
    bar = window.grid.canvas.verticalScrollBar()
    before = bar.value()
    assert before > 0

    window.shown.set_filter(Filter(kinds=("audio",)))
    qtbot.waitUntil(lambda: len(window.shown.ids) < 400, timeout=20_000)
    assert bar.value() == 0, "another list begins at its top"
    window.shown.set_filter(Filter())
    qtbot.waitUntil(lambda: len(window.shown.ids) == 400, timeout=20_000)

    assert bar.value() == before
    assert window.selection.ids.tolist() == [350]


def test_hiding_an_item_neither_scrolls_the_grid_nor_loses_the_other_items(qtbot, window):
    window.click_tile(200)
    before = window.grid.canvas.place_on_screen(210).topLeft()

    window.press(Qt.Key.Key_H)
    qtbot.waitUntil(lambda: len(window.shown.ids) == 399, timeout=20_000)

    assert 200 not in window.shown.ids
    moved = window.grid.canvas.place_on_screen(210).topLeft()
    assert abs(moved.y() - before.y()) <= window.grid.canvas.layout_of_tiles.pitch


def test_the_size_of_tiles_changes_by_keys_and_the_item_at_the_top_stays(window):
    canvas = window.grid.canvas
    window.grid.reveal(300)
    top = canvas._anchor().item_id
    window.press(Qt.Key.Key_Plus, CTRL)
    window.press(Qt.Key.Key_Plus, CTRL)
    assert canvas.tile_size == 144
    assert 0 <= canvas.place_on_screen(top).top() < canvas.layout_of_tiles.pitch
    window.press(Qt.Key.Key_Minus, CTRL)
    assert canvas.tile_size == 112


def test_enter_opens_an_item_large_and_arrows_walk_on_until_escape(qtbot, window):
    window.click_tile(1)
    window.press(Qt.Key.Key_Return)
    viewer = window.tools.viewer
    assert viewer.isVisible()
    qtbot.waitUntil(lambda: viewer.name.text().startswith("harbour_000001"), timeout=20_000)
    assert viewer.place.text() == "1 of 400"

    window.press(Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: viewer.name.text().startswith("night_000002"), timeout=20_000)
    assert window.selection.current == 2

    window.press(Qt.Key.Key_Escape)
    assert not viewer.isVisible()
    assert window.grid.canvas.hasFocus(), "back where the analyst came from"


def test_a_double_click_opens_large_and_z_shows_every_pixel(qtbot, window):
    window.click_tile(1, double=True)
    viewer = window.tools.viewer
    qtbot.waitUntil(lambda: viewer.isVisible() and not viewer.picture.image.isNull(), timeout=20_000)

    window.press(Qt.Key.Key_Z)
    assert viewer.picture.zoom == 1.0
    window.press(Qt.Key.Key_Z)
    assert viewer.picture.zoom is None


def test_two_items_are_compared_side_by_side_and_zoom_together(qtbot, window):
    window.click_tile(1)
    window.click_tile(2, CTRL)
    window.press(Qt.Key.Key_C)
    compare = window.tools.compare
    assert compare.isVisible()
    qtbot.waitUntil(lambda: all(not c.image.isNull() for c in compare.canvases.values()), timeout=20_000)

    first, second = compare.canvases.values()
    first.zoom_by(3)
    assert second.zoom == first.zoom
    assert second.middle == first.middle
    window.press(Qt.Key.Key_Escape)
    assert not compare.isVisible()


def test_comparing_one_item_says_what_is_needed(window):
    window.click_tile(1)
    window.press(Qt.Key.Key_C)

    assert window.notices[-1].what == "Two to four selected items can be compared."


def test_the_table_sorts_by_the_title_that_is_clicked_and_back(qtbot, window):
    header = window.table.table.horizontalHeader()
    name = window.table.table.horizontalHeader().sectionViewportPosition(1) + 10

    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(name, 8))
    qtbot.waitUntil(lambda: window.shown.sort == "name" and not window.shown.busy, timeout=20_000)
    first = window.shown.ids[0]
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(name, 8))
    qtbot.waitUntil(lambda: window.shown.descending and not window.shown.busy, timeout=20_000)

    assert window.shown.ids[-1] != first or window.shown.ids[0] != first
    assert window.grid.canvas.order.tolist() == window.shown.ids.tolist(), "the grid follows the same order"


def test_the_context_menu_of_every_view_offers_the_same_and_filters_by_the_clicked_value(qtbot, window):
    window.click_tile(1)
    for view in (window.grid, window.table, window.inspector):
        view.menu_wanted.emit(1, QPoint(10, 10))
        qtbot.waitUntil(lambda: window.tools.menu.menu is not None, timeout=20_000)
        menu = window.tools.menu.menu
        names = [entry.objectName() for entry in menu.actions() if entry.objectName()]
        assert names[:5] == ["items.open", "items.open_with", "items.reveal", "items.copy_path", "items.copy_picture"]
        assert {"items.like", "items.tag", "items.hide"} <= set(names)
        window.tools.menu.menu = None
        menu.close()

    card = window.bridge.engine.items.cards([1])[0]
    only_images = dict(window.tools.menu.filters_of(card, ()))["Only images"]
    window.shown.set_filter(only_images)
    qtbot.waitUntil(lambda: len(window.shown.ids) < 400, timeout=20_000)
    assert all(kind_of(int(item)) == "image" for item in window.shown.ids)


def test_copying_paths_puts_one_line_per_file_on_the_clipboard(qtbot, window):
    window.click_tile(1)
    window.click_tile(2, CTRL)
    window.press(Qt.Key.Key_C, CTRL | SHIFT)

    qtbot.waitUntil(lambda: bool(window.notices), timeout=20_000)
    lines = QApplication.clipboard().text().splitlines()
    assert [line.rsplit("/", 1)[1] for line in lines] == ["harbour_000001.jpg", "night_000002.jpg"]
    assert len(QApplication.clipboard().mimeData().urls()) == 2


def test_copying_a_picture_puts_its_pixels_on_the_clipboard(qtbot, window):
    window.click_tile(1)
    window.press(Qt.Key.Key_C, CTRL)

    qtbot.waitUntil(lambda: bool(window.notices), timeout=20_000)
    assert window.notices[-1].what == "Copied the picture."
    assert QApplication.clipboard().image().width() == 96, "the preview stands in for an original that is not there"


def test_what_is_dragged_out_carries_files_for_others_and_items_for_ourselves():
    data = drag_data(["/archive/a b.jpg", "/archive/ü.wav"], (4, 9))

    assert [url.toLocalFile() for url in data.urls()] == ["/archive/a b.jpg", "/archive/ü.wav"]
    assert dragged_items(data) == [4, 9]


def test_dragging_a_selected_tile_keeps_all_that_is_selected(qtbot, window):
    window.click_tile(1)
    window.click_tile(2, CTRL)
    place = window.grid.canvas.place_on_screen(1).center()
    asked = []
    window.grid.canvas.drag_wanted.connect(lambda: asked.append(window.selection.ids.tolist()))

    viewport = window.grid.canvas.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    QTest.mouseMove(viewport, place + QPoint(30, 5))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place + QPoint(30, 5))

    assert asked == [[1, 2]]


def test_an_empty_library_says_so_and_a_filter_without_items_can_be_cleared(qtbot, tmp_path, window):
    window.shown.set_filter(Filter(tags=("night",)))
    qtbot.waitUntil(lambda: window.grid.nothing.isVisible(), timeout=20_000)
    assert window.grid.nothing.heading.text() == "No items carry “night”"

    window.shown.set_filter(Filter(tags=("night",), kinds=("audio",)))
    qtbot.waitUntil(lambda: window.grid.nothing.heading.text() == "No item matches these filters", timeout=20_000)
    window.grid.nothing.findChild(type(window.grid.header.clear), "button_clear_filters").click()
    qtbot.waitUntil(lambda: len(window.shown.ids) == 400, timeout=20_000)
    assert not window.grid.nothing.isVisible()


def test_a_hundred_thousand_items_are_listed_and_the_last_one_is_reached_at_once(qtbot, tmp_path):
    with library_with(tmp_path, 100_000, vectors=False) as engine, browse_window(qtbot, engine) as window:
        assert window.grid.header.count.text() == "100,000 items"
        window.press(Qt.Key.Key_End)
        last = int(window.grid.canvas.order[-1])
        assert window.selection.current == last
        qtbot.waitUntil(lambda: window.shown.cards.card(last) is not None, timeout=20_000)
        lasso = np.arange(1, 100_001, 10)
        window.selection.set(lasso)
        assert window.grid.header.selected.text() == " · 10,000 selected"


def test_after_a_restart_the_grid_stands_where_it_stood(qtbot, tmp_path):
    with library_with(tmp_path, 400, vectors=False) as engine:
        with browse_window(qtbot, engine) as window:
            window.shown.set_filter(Filter(kinds=("image",)))
            window.shown.set_sort("name")
            qtbot.waitUntil(lambda: window.shown.sort == "name" and not window.shown.busy, timeout=20_000)
            window.grid.canvas.set_tile_size(144)
            window.click_tile(int(window.shown.ids[150]))
            top = window.grid.canvas._anchor()
            kept = json.loads(json.dumps(window.grid.state()))
        with browse_window(qtbot, engine, ready=False) as window:
            window.grid.put_back(kept)
            qtbot.waitUntil(lambda: len(window.shown.ids) == 280 and not window.shown.busy, timeout=20_000)

            assert window.grid.canvas.tile_size == 144
            assert window.grid.canvas._anchor() == top
            assert window.selection.current == int(window.shown.ids[150])


def test_a_damaged_memory_of_the_grid_is_passed_over(window):
    for damaged in (None, 3, {}, {"filter": {"nonsense": 1}}, {"filter": {}, "sort": [], "tile": "x"}):
        window.grid.put_back(damaged)

    assert window.shown.filter == Filter()


def test_space_selects_and_held_on_a_sound_it_plays_until_it_is_let_go(qtbot, window):
    sound = next(number for number in range(1, 20) if kind_of(number) == "audio")
    window.selection.set_current(sound)
    qtbot.waitUntil(lambda: window.shown.cards.card(sound) is not None, timeout=20_000)
    canvas = window.grid.canvas

    window.press(Qt.Key.Key_Space)
    assert window.selection.ids.tolist() == [sound]
    qtbot.waitUntil(lambda: window.inspector.sound.isVisible(), timeout=20_000)

    window.actions.press("Space")
    window.actions.press("Space")  # the key repeats
    assert window.selection.ids.tolist() == [sound], "holding takes the selecting back"
    qtbot.waitUntil(lambda: bool(window.notices) or window.inspector.player.playing == sound, timeout=20_000)
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert window.inspector.player.playing is None
