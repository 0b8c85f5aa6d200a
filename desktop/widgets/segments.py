"""A row of joined buttons of which one is on: Map, Grid, Both, Table."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QToolButton, QWidget

from desktop.theme import Theme
from desktop.theme.icons import BESIDE_WORDS


class Segments(QFrame):
    """`choices` are (key, words, icon). `chosen` tells the key when the user picks another."""

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, choices: tuple[tuple[str, str, str | None], ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("segments", "true")
        self._group = QButtonGroup(self)
        self.buttons: dict[str, QToolButton] = {}
        self._icons: dict[str, str | None] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        for place, (key, words, icon) in enumerate(choices):
            button = QToolButton()
            button.setText(words)
            button.setAccessibleName(words)
            button.setToolTip(words)
            button.setObjectName(f"segment_{key}")
            button.setCheckable(True)
            button.setIconSize(BESIDE_WORDS)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setProperty("last", "true" if place == len(choices) - 1 else "false")
            button.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            button.toggled.connect(self._dress)
            self._group.addButton(button)
            self.buttons[key], self._icons[key] = button, icon
            row.addWidget(button)
        theme.changed.connect(self._dress)
        self._dress()

    def choose(self, key: str) -> None:
        """Show `key` as the one that is on, without telling anyone."""
        self.buttons[key].setChecked(True)

    def set_words(self, key: str, words: str) -> None:
        """Other words on one button, such as a count."""
        self.buttons[key].setText(words)
        self.buttons[key].setAccessibleName(words)

    def show_labels(self, on: bool) -> None:
        """With words, or icons only where it is narrow."""
        for key, button in self.buttons.items():
            if self._icons[key]:
                button.setIconSize(BESIDE_WORDS if on else QSize(16, 16))
                button.setToolButtonStyle(
                    Qt.ToolButtonStyle.ToolButtonTextBesideIcon if on else Qt.ToolButtonStyle.ToolButtonIconOnly
                )

    def _dress(self) -> None:
        for key, button in self.buttons.items():
            if icon := self._icons[key]:
                button.setIcon(self._theme.icon(icon, "accent" if button.isChecked() else "text"))
