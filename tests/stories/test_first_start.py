"""The first minutes: an empty library says what to do, folders fill it, and the page opens at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from desktop.window import pages
from desktop.window.main_window import MainWindow
from engine.engine import Engine
from tests.support.builders import open_empty
from tests.support.tiny_model import make_tiny_model
from tests.support.window import ANSWER_MS, open_window

PICTURES = 12


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_empty(tmp_path / "library") as made:
        made.models.add(make_tiny_model(tmp_path / "tiny"), "tiny")
        made.models.use("tiny")
        yield made


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "holiday"
    folder.mkdir()
    for number in range(PICTURES):
        Image.new("RGB", (64, 48), (number * 20, 255 - number * 20, 90)).save(folder / f"{number:02d}.png")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and nothing more")
    return folder


def drop(window: MainWindow, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPoint(300, 300), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)  # Qt delivers a drop only where a drag of the system entered before


def test_an_empty_library_opens_on_the_welcome_page(qtbot: QtBot, engine: Engine) -> None:
    with open_window(qtbot, engine) as window:
        assert window.page is pages.WELCOME
        page = window.page_widget(pages.WELCOME)
        assert page.add.isVisible()  # type: ignore[union-attr]
        assert page.sample.text() == "Open the sample"  # type: ignore[union-attr]
        assert not window.rail.isVisible()
        assert not window.parts.query_box.isVisible()


def test_dropped_folders_open_the_map_at_once_and_their_items_appear(
    qtbot: QtBot, engine: Engine, pictures: Path
) -> None:
    with open_window(qtbot, engine) as window:
        drop(window, pictures)
        assert window.page is pages.EXPLORE
        qtbot.waitUntil(lambda: bool(window.book.finished()), timeout=60_000)
        qtbot.waitUntil(lambda: len(window.shown.ids) == PICTURES, timeout=ANSWER_MS)
        qtbot.waitUntil(lambda: window.status.counts.text() == "12 items", timeout=ANSWER_MS)
        assert "holiday" in [row.text for row in window.sources.model.rows]
        assert any("12 files added, 1 could not be read." in card.text for card in window.notices.cards)
        window.show_failures()
        page = window.page_widget(pages.FAILURES)
        qtbot.waitUntil(lambda: len(page.failures) == 1, timeout=ANSWER_MS)  # type: ignore[union-attr]
        assert page.title.text() == "1 file could not be read"  # type: ignore[union-attr]
        assert page.detail.name.text() == "broken.jpg"  # type: ignore[union-attr]
        assert page.detail.advice.text()  # type: ignore[union-attr]


def test_a_library_opened_to_look_says_so_and_adds_nothing(qtbot: QtBot, engine: Engine, pictures: Path) -> None:
    with Engine.open(engine.folder, read_only=True) as reader, open_window(qtbot, reader) as window:
        assert window.banner.isVisible()
        assert "open in another window" in window.banner.sentence.text()
        drop(window, pictures)
        assert not window.book.active()
        assert any("Nothing can be added." in card.text for card in window.notices.cards)


def test_while_the_first_files_are_read_the_grid_says_so_instead_of_asking_for_folders(
    qtbot: QtBot, engine: Engine
) -> None:
    import threading
    from dataclasses import dataclass, field

    @dataclass(frozen=True)
    class Slow:
        gate: threading.Event = field(default_factory=threading.Event)
        title: str = "Adding “holiday”"
        lane: str = "engine"

        def run(self, _engine: Engine, progress: object) -> str:
            progress.start(None, "files", "Looking through “holiday”")  # type: ignore[attr-defined]
            progress.step(12_904)  # type: ignore[attr-defined]
            progress.report(force=True)  # type: ignore[attr-defined]
            self.gate.wait(30)
            return ""

    with open_window(qtbot, engine) as window:
        window.open_page(pages.EXPLORE)
        window.parts.page.show_view("grid")
        nothing = window.parts.grid.nothing
        assert nothing.heading.text() == "Nothing in the library yet"
        job = Slow()
        window.bridge.submit(job)

        qtbot.waitUntil(lambda: nothing.heading.text() == "Looking through “holiday”…", timeout=ANSWER_MS)
        assert nothing.sentence.text() == "12,904 files so far. You can search as soon as the first items are in."

        job.gate.set()
        qtbot.waitUntil(lambda: nothing.heading.text() == "Nothing in the library yet", timeout=ANSWER_MS)
