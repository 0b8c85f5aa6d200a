"""Stars, flags, labels and tags by key and in bulk; what is said while typing stays typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.widgets.ask_line import AskLine
from engine.engine import Engine
from engine.values import Filter
from tests.support.browse_window import BrowseWindow, browse_window
from tests.support.builders import library_with

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot, tmp_path):
    with library_with(tmp_path, 200, vectors=False) as engine, browse_window(qtbot, engine) as opened:
        yield opened


def carried_out(qtbot, window: BrowseWindow, item_id: int):
    """The item as the library has it, once every act has been stored."""
    window.bridge.wait_for_acts()
    QApplication.processEvents()
    return window.bridge.engine.items.cards([item_id])[0]


@pytest.mark.parametrize(
    ("key", "field", "value"),
    [
        (Qt.Key.Key_4, "stars", 4),
        (Qt.Key.Key_8, "label", 8),
        (Qt.Key.Key_P, "flag", 1),
        (Qt.Key.Key_X, "flag", -1),
        (Qt.Key.Key_H, "hidden", True),
    ],
)
def test_one_key_marks_the_item_and_the_tile_shows_it_before_it_is_stored(qtbot, window, key, field, value):
    window.click_tile(7)
    qtbot.waitUntil(lambda: window.shown.cards.card(7) is not None, timeout=20_000)

    window.press(key)

    assert getattr(window.shown.cards.card(7), field) == value, "at once"
    assert getattr(carried_out(qtbot, window, 7), field) == value, "and in the library"


def test_the_same_label_again_takes_it_off_and_u_takes_a_flag_off(qtbot, window):
    window.click_tile(7)
    qtbot.waitUntil(lambda: window.shown.cards.card(7) is not None, timeout=20_000)
    for key in (Qt.Key.Key_6, Qt.Key.Key_P):
        window.press(key)
    card = carried_out(qtbot, window, 7)
    assert (card.label, card.flag) == (6, 1)
    qtbot.waitUntil(lambda: window.shown.cards.card(7).label == 6, timeout=20_000)
    for key in (Qt.Key.Key_6, Qt.Key.Key_U):
        window.press(key)
    card = carried_out(qtbot, window, 7)
    assert (card.label, card.flag) == (0, 0)


def test_a_key_marks_all_selected_items_as_one_act_that_can_be_undone(qtbot, window):
    window.press(Qt.Key.Key_A, CTRL)
    window.press(Qt.Key.Key_3)
    assert carried_out(qtbot, window, 150).stars == 3
    done = window.bridge.engine.marks.undo()

    assert done is not None
    assert "200 items" in done.sentence
    assert {card.stars for card in window.bridge.engine.items.cards(range(1, 201))} == {0}


def test_t_asks_for_a_tag_and_enter_puts_it_on_what_is_selected(qtbot, window):
    window.click_tile(3)
    window.click_tile(5, CTRL)
    window.press(Qt.Key.Key_T)
    panel = asked(qtbot, window)
    QTest.keyClicks(panel.field, "for the book")
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    window.bridge.wait_for_acts()

    assert window.bridge.engine.marks.tags_of([3, 5]) == {"for the book": 2}


def test_the_inspector_shows_tags_and_takes_them_off_again(qtbot, window):
    window.bridge.engine.marks.tag([3], "big cats")
    window.click_tile(3)
    qtbot.waitUntil(lambda: window.inspector.tags.names == ["big cats"], timeout=20_000)

    window.inspector.tags.removed.emit("big cats")

    qtbot.waitUntil(lambda: window.inspector.tags.names == [], timeout=20_000)
    assert window.bridge.engine.marks.tags_of([3]) == {}


def test_a_tag_that_only_some_carry_is_said_to_be_so_and_can_be_put_on_all(qtbot, window):
    window.bridge.engine.marks.tag([3], "night")
    window.click_tile(3)
    window.click_tile(5, CTRL)
    tags = window.inspector.several.tags
    qtbot.waitUntil(lambda: tags.names == ["night"], timeout=20_000)
    assert tags._chips[0].accessibleName() == "Tag night, on some of the items"

    tags.completed.emit("night")
    qtbot.waitUntil(lambda: tags._chips[0].accessibleName() == "Tag night", timeout=20_000)
    assert window.bridge.engine.marks.tags_of([3, 5]) == {"night": 2}


def test_keys_that_mark_items_do_nothing_while_words_are_typed(qtbot, window):
    window.click_tile(7)
    window.query.take_focus()
    for key in (Qt.Key.Key_5, Qt.Key.Key_X, Qt.Key.Key_H, Qt.Key.Key_T, Qt.Key.Key_L, Qt.Key.Key_Space):
        QTest.keyClick(window.query.edit, key)

    card = carried_out(qtbot, window, 7)
    assert window.query.edit.text() == "5xhtl "
    assert (card.stars, card.flag, card.hidden) == (0, 0, False)


def test_clicking_a_star_in_the_inspector_rates_and_clicking_it_again_takes_it_away(qtbot, window):
    window.click_tile(7)
    stars = window.inspector.stars
    qtbot.waitUntil(lambda: window.inspector.name.text() != "", timeout=20_000)

    QTest.mouseClick(stars, Qt.MouseButton.LeftButton, pos=stars.rect().topLeft().__class__(36, 12))
    assert stars.stars == 3
    assert carried_out(qtbot, window, 7).stars == 3
    QTest.mouseClick(stars, Qt.MouseButton.LeftButton, pos=stars.rect().topLeft().__class__(36, 12))
    assert carried_out(qtbot, window, 7).stars == 0


def test_filtering_by_stars_shows_only_those_and_its_chip_takes_it_out(qtbot, window):
    window.bridge.engine.marks.stars([4, 9], 5)
    window.shown.set_filter(Filter(stars_from=5))
    qtbot.waitUntil(lambda: window.shown.ids.tolist() == [4, 9], timeout=20_000)
    chip = window.filters.findChild(type(window.filters.kind), "filterExtra")
    assert "Stars: 5 or more" in chip.accessibleName()

    chip.click()
    qtbot.waitUntil(lambda: len(window.shown.ids) == 200, timeout=20_000)


def test_marks_survive_closing_and_opening_the_library(qtbot, tmp_path):
    with library_with(tmp_path, 50, vectors=False) as engine, browse_window(qtbot, engine) as window:
        window.click_tile(7)
        window.press(Qt.Key.Key_5)
        window.bridge.wait_for_acts()
    with Engine.open(tmp_path / "library") as engine:
        assert engine.items.cards([7])[0].stars == 5
        assert engine.marks.undo() is not None
        assert engine.items.cards([7])[0].stars == 0


def asked(qtbot, window) -> AskLine:
    """The small panel that asks for one line, once it is there."""
    qtbot.waitUntil(lambda: window.findChild(AskLine) is not None, timeout=20_000)
    return window.findChild(AskLine)
