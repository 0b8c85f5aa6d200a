"""Files that could not be read, by reason, with the file at hand explained and a way to try again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop import wording
from desktop.bridge import EngineBridge
from desktop.jobs.reason_words import words_for
from desktop.notices import Notices
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.icon_button import IconButton
from desktop.widgets.state_block import StateBlock
from desktop.widgets.words import ElidedWords, Words
from engine.events import Changed
from engine.values import CollectionCard, Failure

EVERYTHING_READ = "Every file could be read."
FAILURE = Qt.ItemDataRole.UserRole


class FailuresPage(QWidget):
    """Asks for the list when it is shown and when items changed."""

    def __init__(self, bridge: EngineBridge, theme: Theme, notices: Notices, back: Callable[[], object]) -> None:
        super().__init__()
        self._bridge, self._theme, self._notices = bridge, theme, notices
        self._collection_id: int | None = None
        self.failures: list[Failure] = []
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
        self.list = QTreeWidget()
        self.list.setObjectName("failure_list")
        self.list.setAccessibleName("Files by reason")
        self.list.setColumnCount(3)
        self.list.setHeaderHidden(True)
        self.list.setIndentation(18)
        self.list.setUniformRowHeights(False)
        self.list.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        header = self.list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
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
        rule, line = QFrame(), QFrame()
        rule.setProperty("rule", "true")
        line.setProperty("rule", "vertical")
        self.detail = _Detail(theme)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.content, 1)
        body.addWidget(self.block, 1)
        body.addWidget(line)
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
        picked: list[Failure] = []
        for item in self.list.selectedItems():
            failure = item.data(0, FAILURE)
            if failure is not None:
                picked.append(failure)
            else:
                files = [item.child(n) for n in range(item.childCount())]
                picked += [file.data(0, FAILURE) for file in files if file is not None]
        return picked or self.failures

    def try_again(self) -> None:
        """Read the chosen files again, as a job."""
        from engine.workflows.retry_failed import RetryFailed

        self._bridge.submit(RetryFailed(tuple(failure.file_id for failure in self.chosen())))

    def _show(self, answer: tuple[list[Failure], list[CollectionCard]]) -> None:
        failures, cards = answer
        names = {card.id: card.name for card in cards}
        self.whose.setText("" if self._collection_id is None else names.get(self._collection_id, ""))
        kept = sum(card.items for card in cards if self._collection_id in (None, card.id))
        self.title.setText(f"{wording.count(len(failures), 'file')} could not be read")
        self.rest.setText(f"{wording.count(kept, 'item')} are in the library. Nothing was changed on disk.")
        self._fill(failures)

    def _fill(self, failures: Sequence[Failure]) -> None:
        self.failures = list(failures)
        self.content.setVisible(bool(failures))
        self.detail.setVisible(bool(failures))
        self.block.setVisible(not failures)
        if not failures:
            self.block.say("ph.check-circle", EVERYTHING_READ, token="success")
        groups_before = [self.list.topLevelItem(n) for n in range(self.list.topLevelItemCount())]
        open_reasons = {group.text(0) for group in groups_before if group is not None and group.isExpanded()}
        self.list.clear()
        groups: dict[str, list[Failure]] = {}
        for failure in failures:
            groups.setdefault(failure.reason, []).append(failure)
        for reason, members in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
            group = self._group(reason, len(members))
            for failure in members:
                group.addChild(self._file(failure))
            group.setExpanded(reason in open_reasons or not open_reasons)
            if not open_reasons:
                open_reasons = {reason}  # only the largest stands open at first
        first = self.list.topLevelItem(0)
        file = first.child(0) if first is not None else None
        if file is not None:
            self.list.setCurrentItem(file)
            self.list.clearSelection()

    def _group(self, reason: str, count: int) -> QTreeWidgetItem:
        words = words_for(reason)
        group = QTreeWidgetItem(self.list, [reason, words.brief, wording.count(count)])
        group.setFont(0, self._theme.font("strong"))
        group.setFont(2, self._theme.font("strong"))
        group.setForeground(1, self._theme.color("muted"))
        icon = ("ph.x-circle", "error") if words.level == "error" else ("ph.warning", "warn")
        group.setIcon(0, self._theme.icon(*icon))
        group.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        group.setSizeHint(0, QSize(0, 40))
        return group

    def _file(self, failure: Failure) -> QTreeWidgetItem:
        path = Path(failure.path)
        item = QTreeWidgetItem([path.name, str(path.parent), wording.size(failure.size)])
        item.setForeground(1, self._theme.color("muted"))
        item.setForeground(2, self._theme.color("muted"))
        item.setTextAlignment(2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setData(0, FAILURE, failure)
        item.setSizeHint(0, QSize(0, 28))
        return item

    def _show_detail(self, item: QTreeWidgetItem | None, _before: object) -> None:
        failure = item.data(0, FAILURE) if item is not None else None
        self.detail.show_failure(failure)
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


class _Detail(QFrame):
    """One file: where it lies, why it could not be read, what can be done."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedWidth(316)
        self.folder = ElidedWords(theme, role="small", tone="muted")
        self.name = Words(theme, role="heading", wrap=True)
        self.reason = Words(theme, role="strong", wrap=True)
        self.said = Words(theme, tone="muted", wrap=True)
        self.advice = Words(theme, wrap=True)
        self.picture = QLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(8)
        for widget in (self.folder, self.name, self.picture, self.reason, self.said, self.advice):
            column.addWidget(widget)
        column.addStretch(1)

    def show_failure(self, failure: Failure | None) -> None:
        for widget in (self.folder, self.name, self.reason, self.said, self.advice):
            widget.setVisible(failure is not None)
        if failure is None:
            self.picture.clear()
            return
        path, words = Path(failure.path), words_for(failure.reason)
        self.folder.setText(str(path.parent))
        self.name.setText(path.name)
        self.reason.setText(failure.reason + ".")
        self.said.setText(failure.detail)
        self.said.setVisible(bool(failure.detail))
        self.advice.setText(words.advice)
        icon = ("ph.x-circle", "error") if words.level == "error" else ("ph.warning", "warn")
        self.picture.setPixmap(self._theme.icon(*icon).pixmap(QSize(32, 32)))
