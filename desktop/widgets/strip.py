"""A strip above the content for what is only partly so. It never replaces the content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.icon_button import IconButton
from desktop.widgets.words import Words


class Strip(QFrame):
    """One sentence, an icon, buttons. Hidden until `say`."""

    def __init__(self, theme: Theme, level: Literal["warn", "info"] = "warn", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._level = theme, level
        self.setProperty("strip", level)
        self._icon = QLabel()
        self.sentence = Words(theme, role="small", wrap=True)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 6, 12, 6)
        self._row.setSpacing(8)
        self._row.addWidget(self._icon)
        self._row.addWidget(self.sentence, 1)
        self._close = IconButton(theme, "ph.x", "Close", small=True)
        self._close.clicked.connect(self.hide)
        self._buttons: list[Button] = []
        self._row.addWidget(self._close)
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
            old.deleteLater()
        self._buttons = [Button(self._theme, text, act) for text, act in answers]
        for place, button in enumerate(self._buttons):
            self._row.insertWidget(2 + place, button)
        self._close.setVisible(closable)
        self.show()

    def _dress(self) -> None:
        name, token = ("ph.warning", "warn") if self._level == "warn" else ("ph.info", "accent")
        self._icon.setPixmap(self._theme.icon(name, token).pixmap(QSize(16, 16)))
