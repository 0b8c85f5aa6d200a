"""A field for yes or no: a tick box, its help below it."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.forms.field import Field
from desktop.widgets.words import Words

BESIDE_BOX = 23  # where the words of a tick box begin


class SwitchField(Field):
    """On or off."""

    control: QCheckBox

    def make_control(self, value: Any) -> QWidget:
        box = QCheckBox(self.parameter.label)
        box.setChecked(bool(value))
        box.clicked.connect(lambda _: self._on_edited())
        return box

    def read(self) -> Any:
        return self.control.isChecked()

    def show_value(self, value: Any) -> None:
        self.control.setChecked(bool(value))

    def arrange(self) -> None:
        self.column.setSpacing(1)
        self.column.addWidget(self.control)
        if self.parameter.help:
            told = Words(self._theme, self.parameter.help, "caption", "muted", wrap=True)
            told.setContentsMargins(BESIDE_BOX, 0, 0, 0)
            self.column.addWidget(told)
