"""Bars by month under the map."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from desktop.bridge import EngineBridge
from desktop.map.date_histogram import DateHistogram, bars_of
from desktop.shown import Shown
from desktop.theme import Theme
from tests.support.builders import library_with

ITEMS = 900


def test_months_without_items_keep_their_place() -> None:
    bars = bars_of(["2020-01", "No date", "2019-11"], [4, 99, 2])
    assert [(bar.words, bar.count) for bar in bars] == [("November 2019", 2), ("December 2019", 0), ("January 2020", 4)]
    assert bars[0].first == datetime(2019, 11, 1, tzinfo=UTC).timestamp()
    assert bars[0].after == bars[1].first


def test_a_long_time_is_told_in_years() -> None:
    bars = bars_of(["1991-05", "2020-01", "2020-12"], [1, 2, 3])
    assert len(bars) == 30
    assert (bars[0].words, bars[-1].words, bars[-1].count) == ("1991", "2020", 5)


def test_nothing_dated_gives_no_bars() -> None:
    assert bars_of(["No date"], [5]) == ()


@pytest.fixture
def dated(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[DateHistogram, Shown]]:
    engine = library_with(tmp_path, ITEMS, vectors=False)
    bridge = EngineBridge(engine)
    shown = Shown(bridge)
    histogram = DateHistogram(bridge, Theme("dark"), shown)
    qtbot.addWidget(histogram)
    histogram.resize(800, 132)
    shown.refresh()
    histogram.allow(True)
    qtbot.waitUntil(lambda: histogram.isVisible() and len(shown.ids) == ITEMS)
    yield histogram, shown
    bridge.close()
    engine.close()


def test_dragging_across_bars_shows_only_what_was_taken_then(dated: tuple[DateHistogram, Shown], qtbot: QtBot) -> None:
    histogram, shown = dated
    bars = histogram.bars
    spots = [QPoint(round(bars.middle_of(place)), 40) for place in (1, 2, 3)]
    qtbot.mousePress(bars, Qt.MouseButton.LeftButton, pos=spots[0])
    qtbot.mouseMove(bars, spots[1])
    qtbot.mouseRelease(bars, Qt.MouseButton.LeftButton, pos=spots[2])

    expected = sum(bar.count for bar in bars.bars[1:4])
    qtbot.waitUntil(lambda: len(shown.ids) == expected)
    assert histogram.span.text() == (
        f"{bars.bars[1].words} to {bars.bars[3].words} · {expected} items · double-click to clear"
    )


def test_an_edge_can_be_dragged_and_a_double_click_clears(dated: tuple[DateHistogram, Shown], qtbot: QtBot) -> None:
    histogram, shown = dated
    bars = histogram.bars
    qtbot.mouseClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(round(bars.middle_of(2)), 40))
    assert bars.chosen == (2, 2)
    edge = round(bars.middle_of(2) + (bars.middle_of(3) - bars.middle_of(2)) / 2)
    qtbot.mousePress(bars, Qt.MouseButton.LeftButton, pos=QPoint(edge, 40))
    qtbot.mouseRelease(bars, Qt.MouseButton.LeftButton, pos=QPoint(round(bars.middle_of(5)), 40))
    assert bars.chosen == (2, 5)
    expected = sum(bar.count for bar in bars.bars[2:6])
    qtbot.waitUntil(lambda: len(shown.ids) == expected)

    qtbot.mouseDClick(bars, Qt.MouseButton.LeftButton, pos=QPoint(300, 40))
    qtbot.waitUntil(lambda: len(shown.ids) == ITEMS)
    assert shown.filter.date_from is None
    assert histogram.span.text().endswith("drag across the bars to filter")


def test_keys_move_and_widen_the_range(dated: tuple[DateHistogram, Shown], qtbot: QtBot) -> None:
    bars = dated[0].bars
    qtbot.keyClick(bars, Qt.Key.Key_Right)
    qtbot.keyClick(bars, Qt.Key.Key_Right)
    qtbot.keyClick(bars, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert bars.chosen == (1, 2)
    qtbot.keyClick(bars, Qt.Key.Key_Delete)
    assert bars.chosen is None
