"""Pictures of the real window on a library, made without a screen."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from desktop.app import Sightline
    from engine.values import Query

SIZE = (1280, 800)
LONGEST = 30.0  # seconds a picture may take to come to rest
STILL = 1.5  # seconds without a change: it has


def photograph(folder: Path, out: Path) -> list[Path]:
    """Open the window on `folder` in light and dark, as it starts and while it searches; write one PNG each into `out`.

    Raises `UserFixable` when Qt cannot draw here. The user's own settings are neither read nor changed.
    """
    from desktop.screen_check import missing_without_screen
    from engine.errors import UserFixable

    missing = missing_without_screen()
    if missing:
        raise UserFixable(missing)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["SIGHTLINE_SETTINGS"] = str(folder / "demo-settings.json")
    from PySide6.QtWidgets import QApplication

    from desktop.app import Sightline
    from engine.values import Query, Term

    application = QApplication.instance() or QApplication(["sightline"])
    assert isinstance(application, QApplication)
    sightline = Sightline(application)
    written = []
    try:
        for theme in ("light", "dark"):
            for name, query in (("window", None), ("search", Query((Term(words="a bird"),)))):
                image = _picture(sightline, folder, theme, query)
                path = out / f"{name}-{theme}.png"
                image.save(str(path))
                written.append(path)
    finally:
        sightline.close_library()
    return written


def _picture(sightline: Sightline, folder: Path, theme: str, query: Query | None) -> QImage:
    from engine.values import Filter

    if sightline.window is None:
        sightline.open(folder)
    window = sightline.window
    assert window is not None
    sightline.theme.choose(theme)  # type: ignore[arg-type]
    window.resize(*SIZE)
    window.shown.set_query(query)
    settle(window)
    if query is None:
        pictures = window.bridge.engine.items.ids(Filter(kinds=("image",)))[1:2]
        window.selection.set(pictures)
        settle(window)
    return window.grab().toImage()


def settle(window: QWidget) -> None:
    """Let the window work until its picture has been the same for a while."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    began = changed = time.monotonic()
    before = None
    while time.monotonic() - changed < STILL and time.monotonic() - began < LONGEST:
        until = time.monotonic() + 0.1
        while time.monotonic() < until:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
            time.sleep(0.005)
        image = window.grab().toImage()
        if before is None or image != before:
            before, changed = image, time.monotonic()
