"""Opens the real window on a real library for stories, and closes it cleanly."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pytestqt.qtbot import QtBot

from desktop.actions import ActionRegistry
from desktop.bridge import EngineBridge
from desktop.theme import Theme
from desktop.window.main_window import MainWindow
from engine.engine import Engine

ANSWER_MS = 20_000  # a loaded machine answers late; nothing here sleeps


@contextmanager
def open_window(qtbot: QtBot, engine: Engine, width: int = 1280, height: int = 800) -> Iterator[MainWindow]:
    """The main window on `engine`, shown, active, and having counted its items. Closes window and bridge, not the engine."""
    theme = Theme("light")
    theme.apply()
    bridge = EngineBridge(engine)
    window = MainWindow(bridge, theme, ActionRegistry())
    counted: list[object] = []
    window.sources.counted.connect(counted.append)
    try:
        window.resize(width, height)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        qtbot.waitUntil(lambda: bool(counted) and window.shown.answered, timeout=ANSWER_MS)
        yield window
    finally:
        window.close()
        bridge.close()
        window.deleteLater()
        bridge.deleteLater()
        qtbot.wait(1)
