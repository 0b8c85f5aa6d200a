"""A field for numbers, whole or not: written as people write them, stepped by the arrow keys."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent

from desktop.forms.steps import stepped
from desktop.forms.text_field import TextField
from engine.errors import UserFixable

ARROWS = (Qt.Key.Key_Up, Qt.Key.Key_Down)


class NumberField(TextField):
    """`1e-5`, `0,07` and `3,000` are understood. No spin box: those stop where a wrong number should be explained."""

    narrow = True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        writable = event.type() == QEvent.Type.KeyPress and not self.control.isReadOnly()
        if writable and isinstance(event, QKeyEvent) and event.key() in ARROWS:
            self._step(event.key() == Qt.Key.Key_Up)
            return True
        return super().eventFilter(watched, event)

    def _step(self, up: bool) -> None:
        try:
            value: Any = stepped(self.parameter, self.read(), up)
        except UserFixable:
            value = self.parameter.default
        self.show_value(value)
        self._on_edited()
