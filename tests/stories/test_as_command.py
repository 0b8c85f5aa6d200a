"""What the window does can be taken away as a command, and the command does the same."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop.export.export_dialog import ExportDialog
from desktop.window.main_window import MainWindow
from engine.commands.main import main
from engine.engine import Engine
from engine.values import Filter, Query, Term
from engine.workflows.add_folders import AddFolders
from engine.workflows.as_command import of_job, of_search
from engine.workflows.rescan import Rescan
from tests.support.builders import library_with
from tests.support.window import ANSWER_MS, open_window


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with library_with(tmp_path, 60) as made:
        made.marks.tag((3, 6, 9), "night walk")
        yield made


@pytest.fixture
def window(qtbot: QtBot, engine: Engine) -> Iterator[MainWindow]:
    with open_window(qtbot, engine) as opened:
        yield opened


def copied(qtbot: QtBot) -> str:
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().startswith("sightline"), timeout=ANSWER_MS)
    return QGuiApplication.clipboard().text()


def test_a_filter_becomes_a_command_that_lists_the_same_items(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    QGuiApplication.clipboard().clear()
    window.shown.set_filter(Filter(tags=("night walk",)))
    qtbot.waitUntil(lambda: len(window.shown.ids) == 3, timeout=ANSWER_MS)
    window.actions.trigger("search.as_command")
    words = shlex.split(copied(qtbot))
    monkeypatch.chdir(tmp_path)

    assert main(words[1:]) == 0

    listed = (tmp_path / "paths.txt").read_text("utf-8").splitlines()
    assert listed == [card.path for card in window.bridge.engine.items.cards(window.shown.ids)]


def test_a_search_with_less_of_something_names_files_and_weights(engine: Engine) -> None:
    path = engine.items.cards((3,))[0].path
    query = Query(
        (Term(words="heron"), Term(item_id=3, weight=0.5), Term(words="snow", weight=-1.0)), Filter(kinds=("image",))
    )

    command = of_search(engine, query)

    words = shlex.split(command.text)
    assert words[:4] == ["sightline", "--library", str(engine.folder), "search"]
    assert words[4:] == ["--filter", "kind:image", f"heron + 0.5:{path} - snow"]
    assert engine.search.parse(words[-1]).terms[1] == Term(path=path, weight=0.5)


def test_what_a_command_cannot_say_is_named(engine: Engine) -> None:
    command = of_search(engine, Query((Term(words="heron"),), Filter(item_ids=(1, 2), collection_ids=(1,))))

    assert command.left_out == "the collection and the lasso"


def test_jobs_become_commands(engine: Engine, tmp_path: Path) -> None:
    added = of_job(engine, AddFolders((str(tmp_path / "my photos"),)))
    again = of_job(engine, Rescan(1))

    assert added is not None
    assert shlex.split(added.text)[3:] == ["index", str(tmp_path / "my photos")]
    assert again is not None
    assert shlex.split(again.text)[3:] == ["index", str(tmp_path / "photos")]


def test_an_export_of_the_selection_becomes_a_command_that_writes_the_same(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    QGuiApplication.clipboard().clear()
    window.selection.set((4, 2))
    window.doors.export()
    dialog = window.findChild(ExportDialog)
    qtbot.waitUntil(lambda: bool(dialog.formats), timeout=ANSWER_MS)
    dialog.formats["csv"].setChecked(True)
    qtbot.mouseClick(dialog.command, Qt.MouseButton.LeftButton)
    words = shlex.split(copied(qtbot))
    monkeypatch.chdir(tmp_path)

    assert main(words[1:]) == 0

    lines = (tmp_path / "sightline.csv").read_text("utf-8").splitlines()
    assert len(lines) == 3
