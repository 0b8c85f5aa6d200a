"""Originals that moved or were deleted: the inspector says so, finds them by their content, or lets them go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop.window import pages
from desktop.window.main_window import MainWindow
from engine.engine import Engine
from engine.values import Filter
from engine.workflows.add_folders import AddFolders
from tests.support.builders import open_empty
from tests.support.tiny_model import make_tiny_model
from tests.support.window import ANSWER_MS, open_window


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    folder = tmp_path / "holiday"
    folder.mkdir()
    for number in range(4):
        Image.new("RGB", (64, 48), (number * 60, 255 - number * 60, 90)).save(folder / f"{number}.png")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 and nothing more")
    with open_empty(tmp_path / "library") as made:
        made.models.add(make_tiny_model(tmp_path / "tiny"), "tiny")
        made.models.use("tiny")
        made.jobs.wait(made.jobs.submit(AddFolders((str(folder),))))
        yield made


@pytest.fixture
def window(qtbot: QtBot, engine: Engine) -> Iterator[MainWindow]:
    with open_window(qtbot, engine) as opened:
        yield opened


def look_at(qtbot: QtBot, window: MainWindow, name: str) -> tuple[int, Path]:
    cards = window.bridge.engine.items.cards(window.bridge.engine.items.ids())
    card = next(card for card in cards if card.name == name)
    window.selection.set((card.id,))
    window.selection.set_current(card.id)
    inspector = window.parts.inspector
    qtbot.waitUntil(lambda: inspector.name.text() == name, timeout=ANSWER_MS)
    return card.id, Path(card.path)


def look_again(qtbot: QtBot, window: MainWindow, item: int) -> None:
    window.selection.clear()
    window.selection.set((item,))
    window.selection.set_current(item)
    qtbot.waitUntil(lambda: not window.parts.inspector.missing.isHidden(), timeout=ANSWER_MS)


def press(window: MainWindow, text: str) -> None:
    buttons = [b for b in window.parts.inspector.missing.findChildren(QPushButton) if b.text() == text]
    buttons[-1].click()


def test_a_moved_original_is_found_by_its_content_and_keeps_its_stars(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    engine = window.bridge.engine
    item, path = look_at(qtbot, window, "1.png")
    engine.marks.stars((item,), 4)
    moved = tmp_path / "elsewhere" / "renamed.png"
    moved.parent.mkdir()
    path.rename(moved)
    look_again(qtbot, window, item)

    window.parts.inspector.missing.found_at(moved)

    qtbot.waitUntil(lambda: engine.items.path_of(item) == moved, timeout=ANSWER_MS)
    qtbot.waitUntil(lambda: window.parts.inspector.missing.isHidden(), timeout=ANSWER_MS)
    assert engine.items.cards((item,))[0].stars == 4


def test_another_file_is_not_taken_for_the_original(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    item, path = look_at(qtbot, window, "1.png")
    path.unlink()
    look_again(qtbot, window, item)
    other = tmp_path / "holiday" / "2.png"

    with qtbot.waitSignal(window.notices.shown, timeout=ANSWER_MS) as said:
        window.parts.inspector.missing.found_at(other)

    assert said.args is not None
    assert said.args[0].startswith("“2.png” is another file: its content is not the same.")
    assert window.bridge.engine.items.path_of(item) == path


def test_removing_says_what_goes_and_only_then_removes(qtbot: QtBot, window: MainWindow) -> None:
    engine = window.bridge.engine
    item, path = look_at(qtbot, window, "1.png")
    engine.marks.stars((item,), 3)
    engine.marks.tag((item,), "night")
    path.unlink()
    look_again(qtbot, window, item)

    press(window, "Remove from library")
    asked = window.parts.inspector.missing.sentence.text()
    assert asked == "Remove “1.png” with its 3 stars and 1 tag? This cannot be undone."
    assert len(engine.items.ids()) == 4
    press(window, "Remove")

    qtbot.waitUntil(lambda: item not in engine.items.ids().tolist(), timeout=ANSWER_MS)
    assert len(engine.items.ids()) == 3


def test_a_file_that_is_there_is_not_removed(engine: Engine) -> None:
    from engine.workflows.remove_items import RemoveItems

    item = int(engine.items.ids()[0])
    finished = engine.jobs.wait(engine.jobs.submit(RemoveItems((item,))))

    assert finished.outcome == "failed"
    assert finished.reason.startswith("The original is there, so it stays in the library.")
    assert item in engine.items.ids().tolist()


def test_a_drive_that_is_away_asks_only_to_look_again(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    engine = window.bridge.engine
    item, _ = look_at(qtbot, window, "1.png")
    (tmp_path / "holiday").rename(tmp_path / "unplugged")
    window.doors.rescan_all()
    qtbot.waitUntil(lambda: not engine.collections.all()[0].connected, timeout=ANSWER_MS)
    look_again(qtbot, window, item)

    missing = window.parts.inspector.missing
    qtbot.waitUntil(
        lambda: missing.sentence.text().startswith("The drive “holiday” is not connected."), timeout=ANSWER_MS
    )
    (tmp_path / "unplugged").rename(tmp_path / "holiday")
    press(window, "Look again")
    qtbot.waitUntil(missing.isHidden, timeout=ANSWER_MS)


def test_files_that_could_not_be_read_stand_under_their_reason_with_their_folder(
    qtbot: QtBot, window: MainWindow
) -> None:
    window.show_failures()
    page = window.page_widget(pages.FAILURES)
    qtbot.waitUntil(lambda: len(page.failures) == 1, timeout=ANSWER_MS)  # type: ignore[union-attr]

    assert page.title.text() == "1 file could not be read"  # type: ignore[union-attr]
    assert page.detail.name.text().replace("\u200b", "") == "broken.jpg"  # type: ignore[union-attr]
    assert page.detail.folder.text() == "holiday"  # type: ignore[union-attr]
    group = page.list.topLevelItem(0)  # type: ignore[union-attr]
    qtbot.mouseClick(
        page.list.viewport(),
        Qt.MouseButton.LeftButton,
        pos=page.list.visualItemRect(group).center(),  # type: ignore[union-attr]
    )
    assert not group.isExpanded()


def test_an_empty_collection_says_what_to_do(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    empty = tmp_path / "plants"
    empty.mkdir()
    with qtbot.waitSignal(window.book.ended, timeout=ANSWER_MS) as ended:
        window.doors.add([empty])
    assert ended.args is not None
    assert ended.args[0].summary == "No photos, sounds or texts were found in “plants”."

    number = next(card.id for card in window.bridge.engine.collections.all() if card.name == "plants")
    window.shown.set_filter(Filter(collection_ids=(number,)))

    nothing = window.parts.grid.nothing
    qtbot.waitUntil(lambda: nothing.heading.text() == "Nothing in “plants” yet", timeout=ANSWER_MS)
    assert nothing.isVisible()
