"""A model fetched from a hub, in the window and from the command line: asked first, checked, installed, used."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.models_page.download_choice import BEFORE, DownloadChoice
from desktop.window import pages
from desktop.window.main_window import MainWindow
from engine.commands.main import main
from engine.engine import Engine
from engine.values import Query, Term
from engine.workflows.add_folders import AddFolders
from tests.support.builders import open_empty
from tests.support.local_hub import NAME, TAG, LocalHub, local_hub
from tests.support.tiny_model import make_tiny_model
from tests.support.window import ANSWER_MS, open_window


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalHub]:
    folder = make_tiny_model(tmp_path / "published", seed=7, sound=False)
    with local_hub(folder, tmp_path, monkeypatch) as server:
        yield server


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(6):
        Image.new("RGB", (48, 48), (number * 40, 90, 200 - number * 30)).save(pictures / f"{number}.png")
    with open_empty(tmp_path / "library") as made:
        made.models.use(made.models.add(make_tiny_model(tmp_path / "first"), "first").key)
        made.jobs.wait(made.jobs.submit(AddFolders((str(pictures),))))
        yield made


@pytest.fixture
def window(qtbot: QtBot, engine: Engine) -> Iterator[MainWindow]:
    with open_window(qtbot, engine) as opened:
        yield opened


def test_a_model_is_downloaded_in_the_window_and_then_finds_items(
    qtbot: QtBot, window: MainWindow, hub: LocalHub
) -> None:
    engine = window.bridge.engine
    window.open_page(pages.MODELS)
    page = window.page_widget(pages.MODELS)
    page.choose_download()  # type: ignore[union-attr]
    choice = window.findChild(DownloadChoice)
    qtbot.waitUntil(lambda: choice.list.count() > 50, timeout=ANSWER_MS)
    qtbot.keyClicks(choice.search, "tiny nearby")
    assert choice.list.count() == 1
    assert choice.told.text() == BEFORE
    assert hub.asked == []  # nothing was opened yet

    qtbot.mouseClick(choice.look_up, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(choice.fetch.isVisible, timeout=ANSWER_MS)
    assert choice.told.text().startswith(f"{NAME}-{TAG}: 1 MB from 127.0.0.1:{hub.server_port}, licence: mit.")
    assert not any("resolve" in path for path in hub.asked)  # its weights are not fetched before the user says so

    with qtbot.waitSignal(window.book.ended, timeout=ANSWER_MS, check_params_cb=lambda e: e.title.endswith(TAG)) as end:
        qtbot.mouseClick(choice.fetch, Qt.MouseButton.LeftButton)
    assert end.args is not None
    assert end.args[0].summary == f"“{NAME}-{TAG}” is installed. It is used once you choose it."
    qtbot.waitUntil(lambda: any(card.name == f"{NAME}-{TAG}" for card in page.cards), timeout=ANSWER_MS)  # type: ignore[union-attr]
    row = next(n for n in range(page.table.rowCount()) if page.table.item(n, 0).text() == f"{NAME}-{TAG}")  # type: ignore[union-attr]
    page.table.setCurrentCell(row, 0)  # type: ignore[union-attr]
    qtbot.mouseClick(page.use_button, Qt.MouseButton.LeftButton)  # type: ignore[union-attr]
    qtbot.waitUntil(page.strip.isVisible, timeout=ANSWER_MS)  # type: ignore[union-attr]
    assert page.strip.sentence.text().startswith(f"6 items are not indexed with {NAME}-{TAG} yet")  # type: ignore[union-attr]

    with qtbot.waitSignal(window.book.ended, timeout=ANSWER_MS, check_params_cb=lambda e: e.title == "Indexing"):
        page._index()  # type: ignore[union-attr]
    hits = engine.search.hits(Query((Term(item_id=int(engine.items.ids()[0])),)), 3)
    assert len(hits.item_ids) == 3
    assert engine.models.in_use().licence == "mit"
    assert not (engine.folder / "downloads" / f"{NAME}-{TAG}").exists()


def test_the_command_line_downloads_only_with_a_yes(
    tmp_path: Path, hub: LocalHub, capsys: pytest.CaptureFixture[str]
) -> None:
    library = ["--library", str(open_library(tmp_path))]

    assert main(["models", "add", NAME, "--tag", TAG, *library]) == 2
    assert "licence: mit" in capsys.readouterr().err
    assert not any("resolve" in path for path in hub.asked)

    assert main(["models", "add", NAME, "--tag", TAG, "--yes", "--json", *library]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[-1]["id"] == f"{NAME}-{TAG}"
    assert lines[-1]["licence"] == "mit"

    assert main(["models", "list", "--json", *library]) == 0
    listed = [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()]
    assert f"{NAME}-{TAG}" in listed


def open_library(tmp_path: Path) -> Path:
    with open_empty(tmp_path / "own") as made:
        return made.folder
