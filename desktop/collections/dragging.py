"""Dragging items out of any view: file addresses for other programs, item ids for our own search field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QSize, Qt, QUrl
from PySide6.QtGui import QDrag, QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.selection import SelectionModel
from desktop.theme import Theme

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.engine import Engine

ITEMS_MIME = "application/x-sightline-items"
_MOST = 5000  # more files than this no program takes in one drop


def drag_data(paths: list[str], ids: tuple[int, ...]) -> QMimeData:
    """What is carried: every file that is there, and every item."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    data.setText("\n".join(paths))
    data.setData(ITEMS_MIME, ",".join(str(item) for item in ids).encode())
    return data


def dragged_items(data: QMimeData) -> list[int]:
    """The items of a drag that began in one of our views."""
    if not data.hasFormat(ITEMS_MIME):
        return []
    return [int(number) for number in bytes(data.data(ITEMS_MIME).data()).decode().split(",") if number]


class DragOut:
    """Begins a drag of the selected items from a view; paths are asked for first, so the GUI thread touches no file."""

    def __init__(self, bridge: EngineBridge, theme: Theme, selection: SelectionModel, source: QWidget) -> None:
        self._bridge, self._theme, self._selection, self._source = bridge, theme, selection, source

    def begin(self) -> None:
        ids = self._selection.acted_on()[:_MOST]

        def question(engine: Engine) -> list[str]:
            found = (engine.items.path_of(item) for item in ids)
            return list(dict.fromkeys(str(path) for path in found if path is not None))

        self._bridge.ask(question, lambda paths: self._carry(paths, ids), key="drag")

    def _carry(self, paths: list[str], ids: tuple[int, ...]) -> None:
        if not ids or not QGuiApplication.mouseButtons() & Qt.MouseButton.LeftButton:
            return  # let go before the paths were known
        drag = QDrag(self._source)
        drag.setMimeData(drag_data(paths, ids))
        drag.setPixmap(self._theme.icon("ph.copy-simple", "accent").pixmap(QSize(32, 32)))
        drag.exec(Qt.DropAction.CopyAction, Qt.DropAction.CopyAction)
