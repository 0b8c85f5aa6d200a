"""What this program is, which version, what leaves the computer (nothing), and under whose licences its parts come."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListWidget, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.crash_report import LOG_NAME
from desktop.licences import Component, components
from desktop.theme import Theme
from desktop.version import version
from desktop.widgets.buttons import Button
from desktop.widgets.over_window import OverWindow
from desktop.widgets.words import Words
from desktop.window.logo import Logo

PROMISE = "See your own archive the way a model sees it."
LEAVES = (
    "Nothing. There is no account, no counting, no looking for updates. A connection is opened only when you ask for a model to be"
    " downloaded, after the size, the licence and the host were shown; nothing about your files is sent. Faults are written to"
    f" “{LOG_NAME}” and “crash.log” in the library's folder and go nowhere by themselves."
)
NO_TEXT = "{name} comes under {licence}. Its package brings no file with the text."
NO_PARTS = "The parts are not listed: this copy was neither packaged nor installed. Their licences lie beside them."
LIST_WIDTH = 284


class About(OverWindow):
    """Name, version, promise, and every bundled part with its licence in full."""

    def __init__(self, theme: Theme, host: QWidget, parts: list[Component] | None = None) -> None:
        super().__init__(host, "about", "About Sightline", 880, 600)
        self.parts = components() if parts is None else parts
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 16)
        column.setSpacing(8)
        column.addLayout(self._head(theme))
        column.addSpacing(4)
        column.addWidget(Words(theme, "What leaves this computer", "strong"))
        column.addWidget(Words(theme, LEAVES, wrap=True))
        column.addSpacing(4)
        count = (
            f"Built with the work of others · {len(self.parts)} parts"
            if self.parts
            else "Built with the work of others"
        )
        column.addWidget(Words(theme, count, "strong"))
        column.addLayout(self._licences(), 1)
        self.close_button = Button(theme, "Close", self.close_now)
        column.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)
        if self.parts:
            self.list.setCurrentRow(0)
        else:
            self.text.setPlainText(NO_PARTS)

    def first_focus(self) -> QWidget:
        return self.close_button

    def _head(self, theme: Theme) -> QHBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Words(theme, f"Sightline {version()}", "title"))
        words.addWidget(Words(theme, f"{PROMISE} Apache License 2.0.", tone="muted"))
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(Logo(theme, 40))
        head.addLayout(words, 1)
        return head

    def _licences(self) -> QHBoxLayout:
        self.list = QListWidget()
        self.list.setObjectName("about_parts")
        self.list.setAccessibleName("Parts that others wrote")
        self.list.setFixedWidth(LIST_WIDTH)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        for part in self.parts:
            self.list.addItem(f"{part.name} {part.version}  ·  {part.licence}")
        self.list.currentRowChanged.connect(self._show)
        self.text = QPlainTextEdit()
        self.text.setObjectName("about_licence")
        self.text.setAccessibleName("Licence of the part")
        self.text.setReadOnly(True)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.list)
        row.addWidget(self.text, 1)
        return row

    def _show(self, row: int) -> None:
        part = self.parts[row]
        heading = f"{part.name} {part.version}\n{part.licence}\n\n"
        self.text.setPlainText(heading + (part.text() or NO_TEXT.format(name=part.name, licence=part.licence)))
