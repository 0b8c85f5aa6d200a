"""An analyst asks what her model's space is like, reads the answer, and does something about it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.diagnostics.chart import ChartCard, round_numbers
from desktop.diagnostics.diagnose_page import DiagnosePage
from desktop.diagnostics.item_pictures import ItemPicture
from desktop.diagnostics.measures_view import written
from desktop.window import pages
from desktop.window.main_window import MainWindow
from engine.engine import Engine
from engine.evidence import Advice, Evidence, Measure, Plot, Provenance, Report, Series, Table
from tests.support.builders import library_with
from tests.support.measured_library import measured_library
from tests.support.window import ANSWER_MS, open_window


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with measured_library(tmp_path, 120) as made:
        yield made


@pytest.fixture
def window(qtbot: QtBot, engine: Engine) -> Iterator[MainWindow]:
    with open_window(qtbot, engine) as made:
        yield made


def opened(qtbot: QtBot, window: MainWindow) -> DiagnosePage:
    qtbot.keyClick(window, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    page = window.page_widget(pages.DIAGNOSE)
    assert isinstance(page, DiagnosePage)
    qtbot.waitUntil(lambda: page.setup.chooser.at_hand == "space_health", timeout=ANSWER_MS)
    return page


def press(qtbot: QtBot, page: DiagnosePage, words: str) -> None:
    def seen() -> list[QPushButton]:
        return [one for one in page.findChildren(QPushButton) if one.text() == words and one.isVisible()]

    qtbot.waitUntil(lambda: bool(seen()), timeout=ANSWER_MS)
    qtbot.mouseClick(seen()[0], Qt.MouseButton.LeftButton)


def test_measuring_shows_a_report_that_is_still_there_after_a_restart(qtbot: QtBot, engine: Engine) -> None:
    with open_window(qtbot, engine) as window:
        page = opened(qtbot, window)
        assert page.block.heading.text() == "Measure how this model sees your library."
        press(qtbot, page, "Measure")
        qtbot.waitUntil(lambda: page.report is not None, timeout=ANSWER_MS)
        assert page.title.text().startswith("Space health: ")
        assert "120 items" in page.provenance.text()
        assert page.view.findChildren(ChartCard)
        reports = engine.diagnostics.reports("space_health")
        assert len(reports) == 1
    with open_window(qtbot, engine) as again:
        later = opened(qtbot, again)
        qtbot.waitUntil(lambda: later.report is not None, timeout=ANSWER_MS)
        assert later.report is not None
        assert later.report.id == reports[0].id


def test_only_the_selection_is_measured_when_it_is_chosen(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window)
    window.selection.set(window.bridge.engine.items.ids()[:40])
    page.setup.items.setCurrentIndex(page.setup.items.findData("selected"))
    page.measure()
    qtbot.waitUntil(lambda: page.report is not None, timeout=ANSWER_MS)
    assert page.report is not None
    assert page.report.provenance.items == 40


def test_too_few_items_are_answered_with_a_sentence_and_can_be_tried_again(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window)
    window.selection.set(window.bridge.engine.items.ids()[:2])
    page.setup.items.setCurrentIndex(page.setup.items.findData("selected"))
    page.measure()
    qtbot.waitUntil(lambda: "At least" in page.block.heading.text(), timeout=ANSWER_MS)
    assert page.block.isVisible()
    assert any(one.text() == "Measure again" for one in page.block.findChildren(QPushButton))


def test_a_setting_that_does_not_fit_is_pointed_out_and_nothing_runs(qtbot: QtBot, window: MainWindow) -> None:
    page = opened(qtbot, window)
    qtbot.waitUntil(lambda: "neighbours" in page.setup.form.fields, timeout=ANSWER_MS)
    page.setup.form.fields["neighbours"].control.setText("many")  # type: ignore[attr-defined]
    page.measure()
    assert page.setup.form.fault
    assert not window.book.active()
    assert not window.book.waiting()


def report_with(engine: Engine, *parts: object, advice: tuple[Advice, ...] = ()) -> Report:
    told = Provenance("space_health", "0", (("tiny", "abcdef0123", "key"),), 120, "", 0, ())
    return Report("r", "Space health", Evidence("Space health: 1 thing to look at", parts, advice), told, 0.0, 1.0)  # type: ignore[arg-type]


def test_advice_has_the_button_that_does_it_and_hiding_can_be_undone(
    qtbot: QtBot, window: MainWindow, engine: Engine
) -> None:
    page = opened(qtbot, window)
    ids = tuple(int(number) for number in engine.items.ids()[:3])
    page._show_report(report_with(engine, advice=(Advice("3 items turn up everywhere", "Look.", "marks.hide", ids),)))
    press(qtbot, page, "Hide 3")
    qtbot.waitUntil(lambda: len(engine.items.ids()) == 117, timeout=ANSWER_MS)
    window.undo_state.undo()
    qtbot.waitUntil(lambda: len(engine.items.ids()) == 120, timeout=ANSWER_MS)


def test_advice_that_nobody_can_carry_out_has_no_button(qtbot: QtBot, window: MainWindow, engine: Engine) -> None:
    page = opened(qtbot, window)
    page._show_report(report_with(engine, advice=(Advice("Odd", "Nobody knows.", "train:unheard_of"),)))
    assert not page.advice.findChildren(QPushButton)


def test_an_item_of_a_report_opens_in_explore(qtbot: QtBot, window: MainWindow, engine: Engine) -> None:
    page = opened(qtbot, window)
    item_id = int(engine.items.ids()[7])
    table = Table("Largest hubs", ("Kind", "Lists"), (("image", 12),), (item_id,), right=(1,))
    page._show_report(report_with(engine, table))
    picture = page.view.findChildren(ItemPicture)[0]
    qtbot.waitUntil(lambda: picture.accessibleName() != "An item of the library", timeout=ANSWER_MS)
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton)
    assert window.page is pages.EXPLORE
    assert window.selection.current == item_id


def test_a_report_is_exported_as_a_page_that_stands_alone(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    page = opened(qtbot, window)
    page.measure()
    qtbot.waitUntil(lambda: page.report is not None, timeout=ANSWER_MS)
    page.export_to(tmp_path / "report.html")
    qtbot.waitUntil((tmp_path / "report.html").is_file, timeout=ANSWER_MS)
    assert "Space health" in (tmp_path / "report.html").read_text("utf-8")


def test_charts_survive_empty_and_single_values(qtbot: QtBot, window: MainWindow, engine: Engine) -> None:
    page = opened(qtbot, window)
    single = Plot("One", "bars", "x", "y", (Series("one", (1.0,), (2.0,)),), marks=((1.0, "here"),))
    empty = Plot("None", "line", "x", "y", (Series("none", (), ()),))
    page._show_report(report_with(engine, single, empty))
    assert not page.view.grab().isNull()
    assert len(page.view.findChildren(ChartCard)) == 2


@pytest.mark.parametrize(
    ("low", "high", "numbers"),
    [(0, 1, [0, 0.5, 1]), (1, 384, [100, 200, 300]), (-0.157, 0.412, [0, 0.2, 0.4]), (3, 3.4, [3, 3.1, 3.2, 3.3, 3.4])],
)
def test_axes_are_labelled_with_round_numbers(low: float, high: float, numbers: list[float]) -> None:
    assert round_numbers(low, high) == pytest.approx(numbers)


@pytest.mark.parametrize(
    ("value", "unit", "text"), [(None, "", "–"), (12.0, "", "12"), (-2.71, "", "−2.71"), (1.8, " %", "1.8\u202f%")]
)
def test_numbers_are_written_for_people(value: float | None, unit: str, text: str) -> None:
    assert written(Measure("m", "M", value, "", unit=unit)) == text


def test_a_library_that_is_open_elsewhere_shows_reports_but_measures_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    with library_with(tmp_path, 20) as made:
        folder = made.folder
    with Engine.open(folder, read_only=True) as engine, open_window(qtbot, engine) as window:
        page = opened(qtbot, window)
        qtbot.waitUntil(lambda: bool(page.block.heading.text()), timeout=ANSWER_MS)
        assert not [one for one in page.block.findChildren(QPushButton) if one.text() == "Measure"]
