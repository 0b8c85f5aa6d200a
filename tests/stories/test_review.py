"""An analyst goes through the pairs that her model takes for the same, one key each."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.review.pair_stage import difference
from desktop.review.review_page import ReviewPage
from desktop.window import pages
from desktop.window.main_window import MainWindow
from engine.engine import Engine
from tests.support.measured_library import measured_library
from tests.support.window import ANSWER_MS, open_window

WIDE = (0.2, 1.0)  # a tiny random model: some pairs lie here whatever it thinks


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with measured_library(tmp_path, 90) as made:
        yield made


@pytest.fixture
def window(qtbot: QtBot, engine: Engine) -> Iterator[MainWindow]:
    with open_window(qtbot, engine) as made:
        yield made


def opened(qtbot: QtBot, window: MainWindow) -> ReviewPage:
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    page = window.page_widget(pages.REVIEW)
    assert isinstance(page, ReviewPage)
    return page


def press(qtbot: QtBot, page: ReviewPage, words: str) -> None:
    def seen() -> list[QPushButton]:
        return [one for one in page.findChildren(QPushButton) if one.text() == words and one.isVisible()]

    qtbot.waitUntil(lambda: bool(seen()), timeout=ANSWER_MS)
    qtbot.mouseClick(seen()[0], Qt.MouseButton.LeftButton)


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> ReviewPage:
    """The page with pairs on it."""
    found = opened(qtbot, window)
    press(qtbot, found, "Look for pairs")
    qtbot.waitUntil(lambda: found._review is not None and not found._jobs, timeout=ANSWER_MS)
    review = found._review
    assert review is not None
    found.set_limits(max(WIDE[0], review.floor), WIDE[1])
    qtbot.waitUntil(lambda: len(found.model.pairs) > 3 and found.place.isVisible(), timeout=ANSWER_MS)
    return found


def test_one_key_answers_and_goes_on_and_undo_takes_the_answer_back(
    qtbot: QtBot, window: MainWindow, page: ReviewPage, engine: Engine
) -> None:
    first, second = page.model.pairs[0], page.model.pairs[1]
    qtbot.keyClick(page.list, Qt.Key.Key_Y)
    qtbot.keyClick(page.list, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: len(engine.judgements.of("blind_pair")) == 2, timeout=ANSWER_MS)
    said = engine.judgements.of("blind_pair")
    assert said[min(first.a, first.b), max(first.a, first.b)].verdict == "differ"
    assert said[min(second.a, second.b), max(second.a, second.b)].verdict == "same"
    assert page.list.currentIndex().row() == 2
    qtbot.waitUntil(lambda: page.reasons.reviewed.text().startswith("2 of"), timeout=ANSWER_MS)
    qtbot.waitUntil(lambda: window.undo_state.undo_sentence is not None, timeout=ANSWER_MS)
    window.undo_state.undo()
    qtbot.waitUntil(lambda: page.model.pairs[1].verdict is None, timeout=ANSWER_MS)
    assert page.model.pairs[0].verdict == "differ"


def test_a_pair_is_filed_under_what_differs_by_its_number(qtbot: QtBot, page: ReviewPage, engine: Engine) -> None:
    pair = page.model.pairs[0]
    qtbot.keyClick(page.list, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: bool(engine.judgements.of("blind_pair")), timeout=ANSWER_MS)
    told = engine.judgements.of("blind_pair")[min(pair.a, pair.b), max(pair.a, pair.b)]
    assert (told.verdict, told.pattern) == ("differ", "quantity and count")


def test_back_and_skip_move_without_answering(qtbot: QtBot, page: ReviewPage, engine: Engine) -> None:
    qtbot.keyClick(page.list, Qt.Key.Key_Space)
    qtbot.keyClick(page.list, Qt.Key.Key_Space)
    assert page.list.currentIndex().row() == 2
    qtbot.keyClick(page.list, Qt.Key.Key_Backspace)
    assert page.list.currentIndex().row() == 1
    assert engine.judgements.of("blind_pair") == {}


def test_other_limits_list_other_pairs_at_once(qtbot: QtBot, page: ReviewPage) -> None:
    before, review = page.model.total, page._review
    assert review is not None
    above = round((page.model.pairs[0].clip + 1) / 2, 3)
    page.reasons.above.setValue(above)
    qtbot.waitUntil(lambda: page.model.total != before or page.block.isVisible(), timeout=ANSWER_MS)
    assert page.model.total == review.listed(page.reasons.above.value(), WIDE[1])


def test_pairs_that_differ_become_a_question_sheet_and_a_tag(
    qtbot: QtBot, page: ReviewPage, engine: Engine, tmp_path: Path
) -> None:
    pair = page.model.pairs[0]
    qtbot.keyClick(page.list, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: bool(engine.judgements.of("blind_pair")), timeout=ANSWER_MS)
    page.write_sheet(tmp_path / "sheet.csv")
    qtbot.waitUntil((tmp_path / "sheet.csv").is_file, timeout=ANSWER_MS)
    with (tmp_path / "sheet.csv").open(newline="") as rows:
        assert len(list(csv.DictReader(rows))) == 1
    page.tag_pairs()
    qtbot.waitUntil(lambda: engine.marks.tags_of((pair.a, pair.b)).get("blind pair") == 2, timeout=ANSWER_MS)


def test_the_end_says_how_many_really_differ(qtbot: QtBot, page: ReviewPage) -> None:
    page.list.setCurrentIndex(page.model.index(page.model.total - 1 if page.model.total <= 50 else 0))
    if page.model.total > 50:
        page.model.total = 1
    qtbot.keyClick(page.list, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: "looked at: 1 really differ" in page.block.heading.text(), timeout=ANSWER_MS)


def test_both_pictures_zoom_together(qtbot: QtBot, page: ReviewPage) -> None:
    left, right = page.stage.canvases
    qtbot.waitUntil(lambda: not left.image.isNull() and not right.image.isNull(), timeout=ANSWER_MS)
    left.zoom_by(2.0)
    assert left.zoom == right.zoom is not None


def test_the_pair_is_shown_among_all_items(qtbot: QtBot, window: MainWindow, page: ReviewPage) -> None:
    pair = page.model.pairs[0]
    qtbot.keyClick(page.list, Qt.Key.Key_M)
    assert window.page is pages.EXPLORE
    assert set(window.selection.ids.tolist()) == {pair.a, pair.b}


def test_limits_that_hold_nothing_offer_wider_ones(qtbot: QtBot, page: ReviewPage) -> None:
    page.set_limits(1.0, 1.0)
    qtbot.waitUntil(
        lambda: page.block.isVisible() and "No pair is closer than 1.00" in page.block.heading.text(), timeout=ANSWER_MS
    )
    assert any(one.text().startswith("Widen to") for one in page.block.findChildren(QPushButton))


def test_the_difference_is_black_where_both_agree() -> None:
    first = QImage(20, 10, QImage.Format.Format_RGB32)
    first.fill(Qt.GlobalColor.red)
    second = first.copy()
    second.setPixelColor(3, 4, Qt.GlobalColor.blue)
    made = difference(first, second)
    bits = np.array([[made.pixelColor(x, y).getRgb()[:3] for x in range(20)] for y in range(10)])
    assert bits.sum(axis=2).nonzero() == (np.array([4]), np.array([3]))
