"""A sentence in the corner of the map, with a button where there is something to do. It covers nothing that can be clicked away from."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.icon_button import IconButton
from desktop.widgets.words import Words


class MapNote(QFrame):
    """Hidden until `say`. Lies over the map, so that the map does not move when it comes or goes."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("map_note")
        self.setProperty("card", "true")
        self._theme = theme
        self.sentence = Words(theme, role="small")
        self.button: Button | None = None
        self._close = IconButton(theme, "ph.x", "Close", small=True)
        self._close.clicked.connect(self.hide)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(10, 4, 6, 4)
        self._row.setSpacing(8)
        self._row.addWidget(self.sentence)
        self._row.addWidget(self._close)
        self.hide()

    def say(self, sentence: str, answer: tuple[str, Callable[[], object]] | None = None, closable: bool = True) -> None:
        """Show this sentence, with this button."""
        self.sentence.setText(sentence)
        self.setAccessibleName(sentence)
        if self.button is not None:
            self.button.deleteLater()
            self.button = None
        if answer is not None:
            self.button = Button(self._theme, answer[0], answer[1])
            self._row.insertWidget(1, self.button)
        self._close.setVisible(closable)
        margin = 4 if answer is not None or closable else 7
        self._row.setContentsMargins(10, margin, 10 if not closable else 6, margin)
        self.show()
        self.adjustSize()
        self.raise_()
