"""Originals are never written: the whole tree is the same, to the last bit and date, after a long session in the window."""

from __future__ import annotations

import hashlib
import wave
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from engine.engine import Engine
from engine.events import JobFinished
from engine.values import Filter, Query, Term
from engine.workflows.add_folders import AddFolders
from engine.workflows.build_map import BuildMap
from engine.workflows.export_items import ExportItems
from engine.workflows.rescan import Rescan
from tests.support.builders import empty_library
from tests.support.tiny_model import make_tiny_model
from tests.support.window import ANSWER_MS, open_window


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Pictures (one turned by EXIF, one broken), a sound, texts, a caption table."""
    folder = tmp_path / "archive"
    (folder / "below").mkdir(parents=True)
    for number in range(36):
        Image.new("RGB", (60, 40), (number * 7, 90, 250 - number * 7)).save(folder / f"colour {number:02}.png")
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (80, 30), "red").save(folder / "below" / "turned.jpg", exif=turned)
    (folder / "below" / "broken.jpg").write_bytes((folder / "below" / "turned.jpg").read_bytes()[:300])
    with wave.open(str(folder / "below" / "tone.wav"), "wb") as out:
        out.setparams((1, 2, 16_000, 0, "NONE", ""))
        out.writeframes((8000 * np.sin(np.arange(16_000) / 9)).astype("<i2").tobytes())
    (folder / "below" / "turned.txt").write_text("A red field.\n")
    (folder / "captions.csv").write_text("image,caption\ncolour 01.png,A blue square\n")
    return folder


def portrait(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Content, size and date of everything below."""
    found = {}
    for path in sorted(folder.rglob("*")):
        about = path.stat()
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        found[str(path.relative_to(folder))] = (content, about.st_mtime_ns, about.st_mode)
    return found


def run(qtbot: QtBot, window: object, job: object) -> JobFinished:
    """Submit a job through the bridge and wait for its end."""
    ended: list[JobFinished] = []
    bridge = window.bridge  # type: ignore[attr-defined]
    bridge.finished.connect(ended.append)
    number = bridge.submit(job)
    qtbot.waitUntil(lambda: any(event.job_id == number for event in ended), timeout=4 * ANSWER_MS)
    return next(event for event in ended if event.job_id == number)


@pytest.mark.timeout(300)
def test_after_a_long_session_in_the_window_every_original_is_the_same(
    qtbot: QtBot, tmp_path: Path, archive: Path
) -> None:
    before = portrait(archive)
    with Engine.open(empty_library(tmp_path / "library"), device="cpu") as engine:
        engine.models.use(engine.models.add(make_tiny_model(tmp_path / "model"), "tiny").key)
        with open_window(qtbot, engine) as window:
            assert run(qtbot, window, AddFolders((str(archive),))).outcome == "done"
            assert run(qtbot, window, BuildMap()).outcome == "done"
            qtbot.waitUntil(lambda: len(window.shown.ids) >= 39, timeout=ANSWER_MS)
            pictures = engine.items.ids(Filter(kinds=("image",)))
            window.selection.set(pictures[:20])
            canvas = window.parts.grid.canvas
            qtbot.waitUntil(canvas.isVisible, timeout=ANSWER_MS)
            canvas.setFocus()
            qtbot.waitUntil(canvas.hasFocus, timeout=ANSWER_MS)
            for key in (Qt.Key.Key_4, Qt.Key.Key_P, Qt.Key.Key_7, Qt.Key.Key_H):
                QTest.keyClick(canvas, key)
            qtbot.waitUntil(lambda: engine.items.counts().hidden == 20, timeout=ANSWER_MS)
            QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
            for act in (
                lambda e: e.marks.tag(pictures, "night"),
                lambda e: e.marks.undo(),
                lambda e: e.collections.rename(e.collections.all()[0].id, "Colours"),
            ):
                window.bridge.act(act)
            window.bridge.wait_for_acts()
            window.shown.set_query(Query((Term("a red field"), Term(item_id=int(pictures[0]), weight=-0.5))))
            qtbot.waitUntil(lambda: window.shown.hits is not None, timeout=ANSWER_MS)
            ids = tuple(engine.items.ids(Filter(include_hidden=True)).tolist())
            for form, target in (("files", "copies"), ("csv", "items.csv"), ("vectors", "v.npy"), ("map", "map.csv")):
                assert run(qtbot, window, ExportItems(ids, form, str(tmp_path / "out" / target))).outcome == "done"
            for collection in engine.collections.all():
                assert run(qtbot, window, Rescan(collection.id)).outcome == "done"
                engine.collections.remove(collection.id)
            assert engine.items.counts().items == 0
    assert portrait(archive) == before
    assert len(list((tmp_path / "out" / "copies").iterdir())) >= 39
