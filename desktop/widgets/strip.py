"""A strip above the content for what is only partly so. It never replaces the content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.flow_layout import FlowLayout
from desktop.widgets.icon_button import IconButton
from desktop.widgets.words import Words


class Strip(QFrame):
    """One sentence, an icon, buttons; in a narrow place (`stacked`) the buttons stand below. Hidden until `say`."""

    def __init__(
        self,
        theme: Theme,
        level: Literal["warn", "info"] = "warn",
        parent: QWidget | None = None,
        *,
        stacked: bool = False,
    ) -> None:
        super().__init__(parent)
        self._theme, self._level = theme, level
        self.setProperty("strip", level)
        self._icon = QLabel()
        self.sentence = Words(theme, role="small", wrap=True)
        self._close = IconButton(theme, "ph.x", "Close", small=True)
        self._close.clicked.connect(self.hide)
        self._buttons: list[Button] = []
        self._answers: QLayout = FlowLayout(spacing=8) if stacked else QHBoxLayout()
        if not stacked:
            self._answers.setSpacing(8)
        said = QHBoxLayout()
        said.setSpacing(8)
        said.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop if stacked else Qt.AlignmentFlag(0))
        said.addWidget(self.sentence, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8 if stacked else 6, 12, 8 if stacked else 6)
        column.setSpacing(8)
        column.addLayout(said)
        if stacked:
            below = QHBoxLayout()
            below.addSpacing(24)  # under the words, not under the icon
            below.addLayout(self._answers, 1)
            column.addLayout(below)
        else:
            said.addLayout(self._answers)
        said.addWidget(self._close)
        theme.changed.connect(self._dress)
        self._dress()
        self.hide()

    def say(
        self, sentence: str, answers: tuple[tuple[str, Callable[[], object]], ...] = (), *, closable: bool = True
    ) -> None:
        """Show this sentence with these buttons."""
        self.sentence.setText(sentence)
        self.setAccessibleName(sentence)
        for old in self._buttons:
            self._answers.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._buttons = [Button(self._theme, text, act) for text, act in answers]
        for button in self._buttons:
            self._answers.addWidget(button)
        self._close.setVisible(closable)
        self.show()

    def _dress(self) -> None:
        name, token = ("ph.warning", "warn") if self._level == "warn" else ("ph.info", "accent")
        self._icon.setPixmap(self._theme.icon(name, token).pixmap(QSize(16, 16)))
