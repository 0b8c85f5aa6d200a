"""Choosing a model to download. A connection is opened only after a button says that it will be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QVBoxLayout, QWidget

from desktop.bridge import EngineBridge
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.icon_button import IconButton
from desktop.widgets.over_window import OverWindow
from desktop.widgets.words import Words
from engine.events import JobFinished
from engine.workflows.model_offers import ModelOffer

if TYPE_CHECKING:
    from engine.engine import Engine

Choice = tuple[str, str]
BEFORE = "Asking for size and licence opens a connection to the model's host. Nothing about your files is sent."


class DownloadChoice(OverWindow):
    """List, then the offer with size, host and licence, then the download as a job."""

    def __init__(self, bridge: EngineBridge, theme: Theme, host: QWidget) -> None:
        super().__init__(host, "download_choice", "Download a model", 560, 560)
        self._bridge = bridge
        self._known: tuple[Choice, ...] = ()
        self._asked: int | None = None
        self.offer: ModelOffer | None = None
        self.search = QLineEdit()
        self.search.setObjectName("download_search")
        self.search.setPlaceholderText("Search architectures and weights")
        self.search.setAccessibleName("Search architectures and weights")
        self.search.textChanged.connect(self._narrow)
        self.list = QListWidget()
        self.list.setObjectName("download_list")
        self.list.setAccessibleName("Models that can be downloaded")
        self.list.currentRowChanged.connect(self._forget_offer)
        self.told = Words(theme, "Looking through the models that open_clip knows…", wrap=True)
        self.look_up = Button(theme, "Ask for size and licence", self._ask_offer)
        self.fetch = Button(theme, "Download", self._fetch, role="primary", icon="ph.download-simple")
        self.not_now = Button(theme, "Not now", self.close_now, role="flat")
        close = IconButton(theme, "ph.x", "Close")
        close.clicked.connect(self.close_now)
        head = QHBoxLayout()
        head.addWidget(Words(theme, "Download a model", "title"), 1)
        head.addWidget(close)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        for button in (self.not_now, self.look_up, self.fetch):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 14, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        column.addWidget(self.told)
        column.addLayout(foot)
        self.fetch.hide()
        self.look_up.setEnabled(False)
        bridge.finished.connect(self._take_finish)
        bridge.ask(_known, self._show, key="models to fetch")

    def first_focus(self) -> QWidget:
        return self.search

    def _show(self, known: tuple[Choice, ...]) -> None:
        self._known = known
        self._narrow(self.search.text())

    def _narrow(self, text: str) -> None:
        wanted = text.casefold().split()
        self.list.clear()
        for name, tag in self._known:
            if all(word in f"{name} {tag}".casefold() for word in wanted):
                self.list.addItem(f"{name}, {tag}")
                self.list.item(self.list.count() - 1).setData(Qt.ItemDataRole.UserRole, (name, tag))
        if self.list.count():
            self.list.setCurrentRow(0)
        self._forget_offer()

    def _chosen(self) -> Choice | None:
        item = self.list.currentItem()
        return tuple(item.data(Qt.ItemDataRole.UserRole)) if item is not None else None  # type: ignore[return-value]

    def _forget_offer(self, _row: int = 0) -> None:
        self.offer, self._asked = None, None
        self.fetch.hide()
        self.look_up.show()
        self.look_up.setEnabled(self._chosen() is not None)
        if self._known:
            self.told.setText(BEFORE)

    def _ask_offer(self) -> None:
        from engine.workflows.model_offers import AskForOffer

        chosen = self._chosen()
        if chosen is not None:
            self.look_up.setEnabled(False)
            self.told.setText(f"Asking about {chosen[0]}, {chosen[1]}…")
            self._asked = self._bridge.submit(AskForOffer(*chosen))

    def _take_finish(self, event: JobFinished) -> None:
        if event.job_id != self._asked:
            return
        if isinstance(event.result, ModelOffer):
            self.offer = event.result
            self.told.setText(event.result.sentence)
            self.look_up.hide()
            self.fetch.show()
            self.fetch.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.told.setText(f"{event.reason} {event.remedy}".strip())
            self.look_up.setEnabled(True)

    def _fetch(self) -> None:
        from engine.workflows.download_model import DownloadModel

        if self.offer is not None:
            self._bridge.submit(DownloadModel(self.offer.name, self.offer.tag))
            self.close_now()


def _known(_engine: Engine) -> tuple[Choice, ...]:
    from engine.workflows.model_offers import models_to_fetch

    return models_to_fetch()
