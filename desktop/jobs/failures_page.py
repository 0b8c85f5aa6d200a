"""Files that could not be read, by reason, with the file at hand explained and a way to try again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop import wording
from desktop.bridge import EngineBridge
from desktop.jobs.failure_detail import FailureDetail
from desktop.jobs.failure_rows import FAILURE, FOLDER, FailureList
from desktop.notices import Notices
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.icon_button import IconButton
from desktop.widgets.state_block import StateBlock
from desktop.widgets.words import ElidedWords, Words
from engine.events import Changed
from engine.values import CollectionCard, Failure

EVERYTHING_READ = "Every file could be read."


class FailuresPage(QWidget):
    """Asks for the list when it is shown and when items changed."""

    def __init__(self, bridge: EngineBridge, theme: Theme, notices: Notices, back: Callable[[], object]) -> None:
        super().__init__()
        self._bridge, self._theme, self._notices = bridge, theme, notices
        self._collection_id: int | None = None
        self.failures: list[Failure] = []
        self._collections: dict[int, CollectionCard] = {}
        self.setObjectName("failures_page")
        self.setAccessibleName("Files that could not be read")
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        head = QFrame()
        head.setFixedHeight(44)
        top = QHBoxLayout(head)
        top.setContentsMargins(12, 0, 16, 0)
        back_button = IconButton(theme, "ph.caret-left", "Back")
        back_button.clicked.connect(back)
        top.addWidget(back_button)
        top.addWidget(Words(theme, "Failures", "heading"))
        self.whose = ElidedWords(theme, tone="muted")
        top.addWidget(self.whose, 1)
        self.title = Words(theme, role="title")
        self.rest = Words(theme, tone="muted")
        self.again = Button(theme, "Try all again", self.try_again, role="primary", icon="ph.arrow-clockwise")
        self.copy = Button(theme, "Copy list", self._copy_list, icon="ph.copy")
        self.reveal = Button(theme, "Show in folder", self._reveal, icon="ph.arrow-square-out")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.again, self.copy, self.reveal):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.list = FailureList(theme)
        self.list.currentItemChanged.connect(self._show_detail)
        self.block = StateBlock(theme)
        self.content = QWidget()
        column = QVBoxLayout(self.content)
        column.setContentsMargins(16, 16, 16, 0)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addWidget(self.rest)
        column.addSpacing(8)
        column.addLayout(buttons)
        column.addSpacing(8)
        column.addWidget(self.list, 1)
        rule, self.line = QFrame(), QFrame()
        rule.setProperty("rule", "true")
        self.line.setProperty("rule", "vertical")
        self.detail = FailureDetail(theme)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.content, 1)
        body.addWidget(self.block, 1)
        body.addWidget(self.line)
        body.addWidget(self.detail)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(head)
        page.addWidget(rule)
        page.addLayout(body, 1)
        bridge.changed.connect(self._take_change)
        theme.changed.connect(self._dress)

    def show_collection(self, collection_id: int | None) -> None:
        """Show the failures of one collection, or of all."""
        self._collection_id = collection_id
        self.refresh()

    def refresh(self) -> None:
        number = self._collection_id

        def question(engine: object) -> tuple[list[Failure], list[CollectionCard]]:
            return engine.collections.failures(number), engine.collections.all()  # type: ignore[attr-defined]

        self._bridge.ask(question, self._show, key="failures")

    def chosen(self) -> list[Failure]:
        """The selected files, or all of them when none is selected."""
        return self.list.chosen() or self.failures

    def try_again(self) -> None:
        """Read the chosen files again, as a job."""
        from engine.workflows.retry_failed import RetryFailed

        self._bridge.submit(RetryFailed(tuple(failure.file_id for failure in self.chosen())))

    def _show(self, answer: tuple[list[Failure], list[CollectionCard]]) -> None:
        failures, cards = answer
        self._collections = {card.id: card for card in cards}
        whose = self._collections.get(self._collection_id) if self._collection_id is not None else None
        self.whose.setText(whose.name if whose is not None else "")
        kept = sum(card.items for card in cards if self._collection_id in (None, card.id))
        self.title.setText(f"{wording.count(len(failures), 'file')} could not be read")
        are = "item is" if kept == 1 else "items are"
        self.rest.setText(f"{wording.count(kept)} {are} in the library. Nothing was changed on disk.")
        self._fill(failures)

    def _fill(self, failures: Sequence[Failure]) -> None:
        self.failures = list(failures)
        self.content.setVisible(bool(failures))
        self.line.setVisible(bool(failures))
        self.detail.setVisible(bool(failures))
        self.block.setVisible(not failures)
        if not failures:
            self.block.say("ph.check-circle", EVERYTHING_READ, token="success")
        self.list.show_failures(failures, self._collections)

    def _show_detail(self, item: QTreeWidgetItem | None, _before: object) -> None:
        failure = item.data(0, FAILURE) if item is not None else None
        self.detail.show_failure(failure, item.data(0, FOLDER) if item is not None and failure is not None else "")
        self.reveal.setEnabled(failure is not None)

    def _copy_list(self) -> None:
        chosen = self.chosen()
        QGuiApplication.clipboard().setText("\n".join(f"{failure.path}\t{failure.reason}" for failure in chosen))
        self._notices.say(f"{wording.count(len(chosen), 'line')} copied.")

    def _reveal(self) -> None:
        item = self.list.currentItem()
        failure = item.data(0, FAILURE) if item is not None else None
        if failure is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(failure.path).parent)))

    def _dress(self) -> None:
        self._fill(self.failures)

    def _take_change(self, change: Changed) -> None:
        if (change.items or change.collections) and self.isVisible():
            self.refresh()

    def showEvent(self, _event: object) -> None:
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)
