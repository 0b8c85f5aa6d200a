"""One file that could not be read: where it lies, why, what its reader said, what can be done."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout

from desktop.jobs.reason_words import words_for
from desktop.theme import Theme
from desktop.widgets.words import ElidedWords, Words
from engine.values import Failure

WIDTH = 316
FITS = 28  # letters of a heading that fit in one line


class FailureDetail(QFrame):
    """The right column of the failures page."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedWidth(WIDTH)
        self.folder = ElidedWords(theme, role="small", tone="muted")
        self.name = Words(theme, role="heading", wrap=True)
        self.picture = QLabel()
        self.reason = Words(theme, role="strong", wrap=True)
        self.advice = Words(theme, wrap=True)
        self._reader = Words(theme, "What its reader said", "small", "muted")
        self.said = Words(theme, role="small", tone="muted", wrap=True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 20, 20, 20)
        column.setSpacing(8)
        for widget in (self.folder, self.name, self.picture, self.reason, self.advice):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addWidget(self._reader)
        column.addWidget(self.said)
        column.addStretch(1)

    def show_failure(self, failure: Failure | None, folder: str = "") -> None:
        for widget in (self.folder, self.name, self.picture, self.reason, self.advice):
            widget.setVisible(failure is not None)
        detail = failure.detail if failure is not None else ""
        for widget in (self._reader, self.said):
            widget.setVisible(bool(detail))
        if failure is None:
            return
        words = words_for(failure.reason)
        self.folder.setText(folder)
        self.name.setText(breakable(PurePath(failure.path).name))
        self.name.setToolTip(failure.path)
        self.reason.setText(failure.reason + ".")
        self.advice.setText(words.advice)
        self.said.setText(breakable(detail))
        icon = ("ph.x-circle", "error") if words.level == "error" else ("ph.warning", "warn")
        self.picture.setPixmap(self._theme.icon(*icon).pixmap(QSize(32, 32)))


def breakable(text: str) -> str:
    """Long names without spaces may break after each sign that parts words; a zero-width space says where."""
    if len(text) <= FITS:
        return text
    for sign in "/_-.":
        text = text.replace(sign, sign + "\u200b")
    return text
