"""Narrowing what is shown by the chips over the views."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from desktop.search.filter_menus import date_words, in_year, others
from desktop.widgets.ask_line import AskLine
from engine.values import Filter
from tests.support.browse_window import browse_window
from tests.support.builders import kind_of, library_with

PATIENCE = 20_000


@pytest.fixture
def window(qtbot, tmp_path):
    with library_with(tmp_path, 200, vectors=False) as engine, browse_window(qtbot, engine) as opened:
        yield opened


def menu_of(qtbot, window, chip) -> QMenu:
    """Click a chip and wait for its menu."""
    chip.click()
    name = chip.objectName() + "Menu"

    def opened() -> list[QMenu]:
        return [menu for menu in chip.findChildren(QMenu, name) if menu.isVisible()]

    qtbot.waitUntil(lambda: bool(opened()), timeout=PATIENCE)
    return opened()[0]


def choose(qtbot, window, menu: QMenu, words: str) -> None:
    """Pick an entry and wait for the list it asks for."""
    entry = next(entry for entry in menu.actions() if entry.text() == words)
    with qtbot.waitSignal(window.shown.changed, timeout=PATIENCE):
        entry.trigger()
        menu.close()


def test_the_kind_chip_shows_only_that_kind_and_all_again(qtbot, window):
    choose(qtbot, window, menu_of(qtbot, window, window.filters.kind), "Sounds")
    assert {kind_of(int(item)) for item in window.shown.ids} == {"audio"}
    assert window.filters.kind.accessibleName() == "Kind: sounds"
    assert window.grid.header.filter.text() == "Filter · 1"

    choose(qtbot, window, menu_of(qtbot, window, window.filters.kind), "All kinds")
    assert len(window.shown.ids) == 200


def test_the_date_chip_offers_the_years_there_are(qtbot, window):
    menu = menu_of(qtbot, window, window.filters.date)
    years = [entry.text() for entry in menu.actions() if entry.text().isdigit()]
    assert years == ["2023"]

    choose(qtbot, window, menu, "2023")
    assert window.filters.date.accessibleName() == "Date: 2023"
    assert {kind_of(int(item)) for item in window.shown.ids} == {"image"}, "only pictures have a date here"


def test_dates_can_be_typed_from_and_to(qtbot, window):
    menu = menu_of(qtbot, window, window.filters.date)
    next(entry for entry in menu.actions() if entry.text() == "From… to…").trigger()
    menu.close()
    panel = window.findChild(AskLine)
    QTest.keyClicks(panel.field, "2023-11-01 to 2023-11-10")
    with qtbot.waitSignal(window.shown.changed, timeout=PATIENCE):
        QTest.keyClick(panel.field, Qt.Key.Key_Return)

    taken = [card.taken_at for card in window.bridge.engine.items.cards(window.shown.ids)]
    assert taken
    assert min(taken) >= window.shown.filter.date_from
    assert max(taken) <= window.shown.filter.date_to


def test_the_folder_chip_offers_collections_and_folders(qtbot, window):
    choose(qtbot, window, menu_of(qtbot, window, window.filters.folder), "field recorder")

    assert {kind_of(int(item)) for item in window.shown.ids} == {"audio"}
    assert window.filters.folder.accessibleName() == "Folder: field recorder"


def test_more_filters_become_chips_and_can_all_be_cleared(qtbot, window):
    window.bridge.engine.marks.tag([3, 4, 5], "night")
    window.bridge.engine.marks.flag([4], 1)
    tags = next(e.menu() for e in menu_of(qtbot, window, window.filters.more).actions() if e.text() == "Tag")
    choose(qtbot, window, tags, "night")
    assert window.shown.ids.tolist() == [3, 4, 5]
    flags = next(e.menu() for e in menu_of(qtbot, window, window.filters.more).actions() if e.text() == "Flag")
    choose(qtbot, window, flags, "Picked")
    assert window.shown.ids.tolist() == [4]

    with qtbot.waitSignal(window.shown.changed, timeout=PATIENCE):
        window.actions.trigger("search.clear_filters")
    assert len(window.shown.ids) == 200


def test_dates_are_said_as_people_say_them():
    assert date_words(Filter()) == "any"
    assert date_words(in_year(Filter(), 2021)) == "2021"
    assert date_words(Filter(date_from=in_year(Filter(), 2019).date_from)) == "from 2019-01-01"
    assert date_words(Filter(date_from=0.0, date_to=86_399.0)) == "1 January 1970"


def test_every_condition_without_a_chip_of_its_own_gets_one():
    wanted = Filter(
        tags=("a",), without_tags=("b",), stars_from=3, flag=-1, label=7, text="x", item_ids=(1, 2), include_hidden=True
    )

    chips = others(wanted)

    assert [words for words, _ in chips] == [
        "Tag: a", "Without tag: b", "Stars: 3 or more", "Flag: rejected", "Label: 7", "Words: x", "2 chosen on the map", "With hidden ones",
    ]  # fmt: skip
    assert chips[0][1].tags == ()


class Opened(QObject):
    """Takes the addresses that would be opened by the system."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self.paths.append(url.toLocalFile())


def test_reveal_opens_the_folder_and_open_the_file_itself(qtbot, window):
    opened = Opened()
    QDesktopServices.setUrlHandler("file", opened, "take")
    try:
        window.click_tile(1)
        window.actions.trigger("items.reveal")
        qtbot.waitUntil(lambda: len(opened.paths) == 1, timeout=PATIENCE)
        window.actions.trigger("items.open_with")
        qtbot.waitUntil(lambda: len(opened.paths) == 2, timeout=PATIENCE)
    finally:
        QDesktopServices.unsetUrlHandler("file")
    path = window.bridge.engine.items.path_of(1)
    assert opened.paths == [str(path.parent), str(path)]
