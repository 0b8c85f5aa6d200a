"""Keeps the status bar and the top bar true: which model and space, which device, whether any connection is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.bridge import EngineBridge
from desktop.jobs.job_book import JobBook
from desktop.window.status_bar import StatusBar
from desktop.window.top_bar import TopBar
from engine.events import Changed

if TYPE_CHECKING:
    from engine.engine import Engine

DOWNLOADING = "Downloading "


class StatusTruth(QObject):
    """Asks again whenever models changed or a job ended (a model loaded in it names its device then)."""

    device_known = Signal(str)

    def __init__(self, bridge: EngineBridge, status: StatusBar, top: TopBar, book: JobBook) -> None:
        super().__init__(status)
        self._bridge, self._status, self._top, self._book = bridge, status, top, book
        bridge.changed.connect(self._take_change)
        book.changed.connect(self._show_network)
        book.ended.connect(self.refresh)
        self.refresh()

    def refresh(self, *_: object) -> None:
        self._bridge.ask(_model_words, self._show, key="status", failed=lambda _: self._show(("No model", "", 0, "")))

    def _show(self, words: tuple[str, str, int, str]) -> None:
        model, space, dimension, device = words
        self._top.show_model(model)
        self._status.show_space(space, dimension, device)
        if device:
            self.device_known.emit(device)

    def _take_change(self, change: Changed) -> None:
        if change.models:
            self.refresh()

    def _show_network(self) -> None:
        titles = [entry.title for entry in self._book.active() if entry.title.startswith(DOWNLOADING)]
        self._status.show_network(titles[0].removeprefix(DOWNLOADING) if titles else None)


def _model_words(engine: Engine) -> tuple[str, str, int, str]:
    card = engine.models.in_use()
    space = engine.models.space()
    device = engine.models.encoder().device if engine.models.loaded() else ""  # asking must not load anything
    return card.name, space.name, space.dimension, device
