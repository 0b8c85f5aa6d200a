"""Asks for one line of text, in a small panel where the question arose. Enter takes it, Escape leaves."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCompleter, QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.words import Words


class AskLine(QFrame):
    """`answered` gets the stripped text, once, when it is not empty and not what it was."""

    def __init__(
        self,
        theme: Theme,
        host: QWidget,
        question: str,
        answered: Callable[[str], object],
        *,
        before: str = "",
        button: str = "Rename",
        suggestions: tuple[str, ...] = (),
    ) -> None:
        super().__init__(host, Qt.WindowType.Popup)
        self._answered, self._before = answered, before
        self.setObjectName("ask_line")
        self.setAccessibleName(question)
        self.setProperty("card", "true")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.field = QLineEdit(before)
        self.field.setObjectName("ask_line_field")
        self.field.setAccessibleName(question)
        self.field.setMinimumWidth(220)
        self.field.selectAll()
        if suggestions:
            completer = QCompleter(list(suggestions), self)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            self.field.setCompleter(completer)
        self.take = Button(theme, button, self._take, role="primary")
        self.field.returnPressed.connect(self._take)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(6)
        column.addWidget(Words(theme, question, "small", "muted"))
        column.addLayout(row)

    def open_at(self, where: QPoint) -> AskLine:
        """Show it with its corner at a point of the screen."""
        self.move(where)
        self.show()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        return self

    def _take(self) -> None:
        text = self.field.text().strip()
        self.close()
        if text and text != self._before:
            self._answered(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)
