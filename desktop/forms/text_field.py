"""A field for words."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.forms.field import Field


class TextField(Field):
    """One line. Numbers are written in one, too: see NumberField."""

    control: QLineEdit

    def make_control(self, value: Any) -> QWidget:
        line = QLineEdit(self.parameter.written(value))
        line.setCursorPosition(0)
        line.textEdited.connect(self._on_edited)
        self._locked = QAction(self)
        self._theme.changed.connect(self._dress)
        return line

    def read(self) -> Any:
        return self.parameter.read(self.control.text())

    def show_value(self, value: Any) -> None:
        self.control.setText(self.parameter.written(value))
        self.control.setCursorPosition(0)
        self.show_fault()

    def lock(self, locked: bool) -> None:
        """Can still be read and copied; a small lock at its end says why it does not change."""
        self.control.setReadOnly(locked)
        if locked:
            self.control.addAction(self._locked, QLineEdit.ActionPosition.TrailingPosition)
            self._dress()
        else:
            self.control.removeAction(self._locked)

    def _dress(self) -> None:
        self._locked.setIcon(self._theme.icon("ph.lock-simple", "muted"))
