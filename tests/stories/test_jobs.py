"""Jobs as the analyst sees them: progress, pause, cancel, how each one ended, and what to do when one failed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.jobs.job_row import JobRow
from desktop.jobs.jobs_popover import EMPTY
from desktop.report_view import ReportView
from desktop.window import pages
from desktop.window.main_window import MainWindow
from engine.engine import Engine
from engine.errors import UserFixable
from engine.jobs import Progress
from tests.support.builders import library_with
from tests.support.window import ANSWER_MS, open_window


@dataclass(frozen=True)
class Counting:
    """Counts to 400, waiting at `gate` after the first 40."""

    gate: threading.Event = field(default_factory=threading.Event)
    title: str = "Counting pebbles"
    lane: str = "engine"

    def run(self, _engine: Engine, progress: Progress) -> str:
        progress.start(400, "pebbles")
        for number in range(400):
            if number == 40:
                progress.report(force=True)
                while not self.gate.wait(0.01):
                    progress.check()
            progress.step()
        return "Counted 400 pebbles."


@dataclass(frozen=True)
class Failing:
    fault: Exception
    title: str = "Writing to the shelf"
    lane: str = "engine"

    def run(self, _engine: Engine, _progress: Progress) -> None:
        raise self.fault


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with library_with(tmp_path, 40) as made:
        yield made


@pytest.fixture
def window(qtbot: QtBot, engine: Engine) -> Iterator[MainWindow]:
    with open_window(qtbot, engine) as made:
        yield made


def start(qtbot: QtBot, window: MainWindow, job: Counting) -> JobRow:
    """Start a job, open the list, and wait until it stands at its gate."""
    number = window.bridge.submit(job)
    qtbot.waitUntil(lambda: (entry := window.book.get(number)) is not None and entry.done >= 40, timeout=ANSWER_MS)
    window.toggle_jobs()
    row = window.jobs.rows[number]
    qtbot.waitUntil(row.isVisible)
    row.setFocus()
    return row


def test_the_strip_and_the_list_say_how_far_a_job_is(qtbot: QtBot, window: MainWindow) -> None:
    job = Counting()
    row = start(qtbot, window, job)
    assert row.title.text() == "Counting pebbles"
    assert row.amount.text().startswith("40 of 400 pebbles")
    qtbot.waitUntil(lambda: window.strip.title.text() == "Counting pebbles")
    assert window.strip.bar.share == pytest.approx(0.1)
    job.gate.set()
    qtbot.waitUntil(lambda: row.entry.state == "done", timeout=ANSWER_MS)
    assert "Counted 400 pebbles." in row.amount.text()
    assert window.strip.title.text() == "Jobs"


def test_a_paused_job_says_so_and_goes_on_when_asked(qtbot: QtBot, window: MainWindow) -> None:
    job = Counting()
    row = start(qtbot, window, job)
    qtbot.mouseClick(row.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row.left.text() == "Paused", timeout=ANSWER_MS)
    assert row.pause.accessibleName() == "Resume"
    job.gate.set()
    qtbot.mouseClick(row.pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row.entry.state == "done", timeout=ANSWER_MS)


def test_cancelling_acts_within_two_seconds_and_says_what_is_kept(qtbot: QtBot, window: MainWindow) -> None:
    row = start(qtbot, window, Counting())
    qtbot.mouseClick(row.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: row.entry.state == "cancelled", timeout=2_000)
    assert "40 of 400 were finished and are kept." in row.amount.text()
    assert any("40 of 400" in card.text for card in window.notices.cards)


def test_the_list_is_worked_by_keys(qtbot: QtBot, window: MainWindow) -> None:
    job = Counting()
    row = start(qtbot, window, job)
    qtbot.keyClick(row, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: row.left.text() == "Paused", timeout=ANSWER_MS)
    qtbot.keyClick(row, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: row.entry.state == "cancelled", timeout=ANSWER_MS)
    qtbot.keyClick(row, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.jobs.isVisible())


def test_what_the_user_can_cure_is_said_with_its_remedy_and_no_report(qtbot: QtBot, window: MainWindow) -> None:
    fault = UserFixable("The disk has 210 MB left.", "Nothing was lost.", "Free some space, then try again.")
    number = window.bridge.submit(Failing(fault))
    qtbot.waitUntil(lambda: bool(window.notices.cards), timeout=ANSWER_MS)
    card = window.notices.cards[-1]
    assert card.text == "The disk has 210 MB left. Nothing was lost. Free some space, then try again."
    assert not card.buttons
    window.toggle_jobs()
    assert "Stopped" in window.jobs.rows[number].amount.text()


def test_a_mistake_of_ours_offers_a_report_for_the_clipboard(qtbot: QtBot, window: MainWindow) -> None:
    window.bridge.submit(Failing(RuntimeError("a slip of the pen")))
    qtbot.waitUntil(lambda: bool(window.notices.cards), timeout=ANSWER_MS)
    card = window.notices.cards[-1]
    assert "Your files and library are safe" in card.text
    qtbot.mouseClick(card.buttons["Copy report"], Qt.MouseButton.LeftButton)
    view = window.findChild(ReportView)
    assert "a slip of the pen" in view.text.toPlainText()
    qtbot.mouseClick(view.copy, Qt.MouseButton.LeftButton)
    report = QGuiApplication.clipboard().text()
    assert "a slip of the pen" in report
    assert report.startswith("Sightline ")


def test_an_empty_list_says_that_nothing_runs(qtbot: QtBot, window: MainWindow) -> None:
    window.toggle_jobs()
    assert window.jobs.empty.isVisible()
    assert window.jobs.empty.text() == EMPTY


def test_the_status_bar_names_the_one_open_connection_while_something_downloads(
    qtbot: QtBot, window: MainWindow
) -> None:
    job = Counting(title="Downloading ViT-L-14", lane="download")
    window.bridge.submit(job)
    qtbot.waitUntil(
        lambda: window.status.network.text() == "Downloading ViT-L-14, the only open connection", timeout=ANSWER_MS
    )
    job.gate.set()
    qtbot.waitUntil(lambda: window.status.network.text() == "Nothing leaves this computer", timeout=ANSWER_MS)


def test_a_library_whose_files_could_all_be_read_says_so(qtbot: QtBot, window: MainWindow) -> None:
    window.show_failures()
    page = window.page_widget(pages.FAILURES)
    qtbot.waitUntil(lambda: page.block.heading.text() != "", timeout=ANSWER_MS)  # type: ignore[union-attr]
    assert page.block.heading.text() == "Every file could be read."  # type: ignore[union-attr]


def test_jobs_of_an_earlier_day_are_still_listed(qtbot: QtBot, tmp_path: Path) -> None:
    with library_with(tmp_path, 20) as before:
        gate = threading.Event()
        gate.set()
        before.jobs.wait(before.jobs.submit(Counting(gate)))
        folder = before.folder
    with Engine.open(folder, device="cpu") as engine, open_window(qtbot, engine) as window:
        window.toggle_jobs()
        qtbot.waitUntil(
            lambda: any(row.title.text() == "Counting pebbles" for row in window.jobs.rows.values()), timeout=ANSWER_MS
        )

        row = next(row for row in window.jobs.rows.values() if row.title.text() == "Counting pebbles")
        assert row.amount.text().endswith("Counted 400 pebbles.")
        assert not row.stop.isVisible()
        assert window.jobs.empty.isVisible()
