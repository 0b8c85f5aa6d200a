"""A field for one of a few."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QWidget

from desktop.forms.field import Field


class ChoiceField(Field):
    """The parameter's choices in their order."""

    control: QComboBox

    def make_control(self, value: Any) -> QWidget:
        box = _StillBox()
        for choice in self.parameter.choices:
            box.addItem(_words(choice), choice)
        box.setCurrentIndex(self.parameter.choices.index(value))
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.activated.connect(lambda _: self._on_edited())
        return box

    def read(self) -> Any:
        return self.parameter.checked(self.control.currentData())

    def show_value(self, value: Any) -> None:
        self.control.setCurrentIndex(self.parameter.choices.index(value))
        self.show_fault()


class _StillBox(QComboBox):
    """The wheel scrolls the page, not the choices."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


def _words(choice: Any) -> str:
    text = str(choice).replace("_", " ")
    return text[:1].upper() + text[1:]
