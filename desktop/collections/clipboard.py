"""Copying items: their paths as text and files, or the picture itself, read and decoded off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication, QImage

from engine.events import Notice

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.engine import Engine
    from engine.workflows.as_command import Command

_PREVIEW_EDGE = 2048


def copy_paths(bridge: EngineBridge, ids: tuple[int, ...]) -> None:
    """Put the paths of the items on the clipboard, one a line, and as files for file managers."""

    def question(engine: Engine) -> list[str]:
        found = (engine.items.path_of(item) for item in ids)
        return list(dict.fromkeys(str(path) for path in found if path is not None))

    def answer(paths: list[str]) -> None:
        data = QMimeData()
        data.setText("\n".join(paths))
        data.setUrls([QUrl.fromLocalFile(path) for path in paths])
        QGuiApplication.clipboard().setMimeData(data)
        words = "1 path" if len(paths) == 1 else f"{len(paths):,} paths"
        bridge.noticed.emit(Notice(f"Copied {words}."))

    bridge.ask(question, answer)


def copy_command(bridge: EngineBridge, wanted: Callable[[Engine], Command | None]) -> None:
    """Put the command that does the same on the clipboard, and say so with what it leaves out."""

    def answer(command: Command | None) -> None:
        if command is None:
            bridge.noticed.emit(Notice("There is no command for this.", level="info"))
            return
        QGuiApplication.clipboard().setText(command.text)
        left_out = f"It leaves out {command.left_out}, which only the window knows." if command.left_out else ""
        bridge.noticed.emit(Notice("Copied as a command.", left_out))

    bridge.ask(wanted, answer)


def copy_picture(bridge: EngineBridge, item_id: int) -> None:
    """Put the picture of an item on the clipboard; sounds and texts give their path or their words."""

    def question(engine: Engine) -> QImage | str:
        card = engine.items.cards([item_id])[0]
        if card.kind == "text":
            return card.text or card.name
        if card.kind == "audio":
            return card.path
        from desktop.collections.full_picture import full_picture

        return full_picture(engine, item_id, _PREVIEW_EDGE)

    def answer(what: QImage | str) -> None:
        if isinstance(what, str):
            QGuiApplication.clipboard().setText(what)
            bridge.noticed.emit(Notice("Copied the words."))
        elif what.isNull():
            bridge.noticed.emit(Notice("This picture could not be read, so nothing was copied.", level="warn"))
        else:
            QGuiApplication.clipboard().setImage(what)
            bridge.noticed.emit(Notice("Copied the picture."))

    bridge.ask(question, answer)
