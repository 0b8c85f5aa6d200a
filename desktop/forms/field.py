"""What every field of a form has in common: label, control, and room for a sentence about a value that does not fit."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.words import Words
from engine.errors import UserFixable
from engine.parameters import Parameter

SETTLE_MS = 700  # nobody is told that a number does not fit while still writing it


class Field(QWidget):
    """One parameter. A kind of field makes its `control` and says what is written in it (`read`) and how to show a value.

    `changed` comes with every change by the user; `fault` is the sentence at once, and is shown once writing pauses.
    """

    changed = Signal()
    narrow = False  # two of these may stand side by side

    def __init__(self, theme: Theme, parameter: Parameter, value: Any) -> None:
        super().__init__()
        self.parameter = parameter
        self.setObjectName(f"field_{parameter.name}")
        self._theme = theme
        self._pause = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._pause.timeout.connect(self.show_fault)
        self.sentence = Words(theme, "", "small", "error", wrap=True)
        self.sentence.setObjectName(f"fault_{parameter.name}")
        self.sentence.hide()
        self.control = self.make_control(value)
        self.control.setObjectName(f"input_{parameter.name}")
        self.control.setAccessibleName(parameter.label)
        self.control.setAccessibleDescription(self._told())
        self.control.setToolTip(self._told())
        self.control.installEventFilter(self)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)
        self.arrange()
        self.column.addWidget(self.sentence)

    # -- what a kind of field says -----------------------------------------------------------------------------
    def make_control(self, value: Any) -> QWidget:
        """The control, showing `value`; it calls `_on_edited` whenever the user changes something."""
        raise NotImplementedError

    def read(self) -> Any:
        """The value that is shown. Raises UserFixable when it does not fit."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show `value` without telling anyone."""
        raise NotImplementedError

    def lock(self, locked: bool) -> None:
        """While something runs with these values they can be read, not changed."""
        self.control.setEnabled(not locked)

    def arrange(self) -> None:
        """The label above the control."""
        label = Words(self._theme, self.parameter.label, "small", "muted")
        label.setBuddy(self.control)
        label.setToolTip(self._told())
        self.column.addWidget(label)
        self.column.addWidget(self.control)

    # -- faults ------------------------------------------------------------------------------------------------
    @property
    def fault(self) -> str:
        """Why the shown value does not fit; empty when it does."""
        try:
            self.read()
        except UserFixable as refusal:
            return refusal.what
        return ""

    def show_fault(self) -> None:
        """Show the sentence, or take it away."""
        self._pause.stop()
        told = self.fault
        self.sentence.setText(told)
        self.sentence.setVisible(bool(told))
        self.control.setAccessibleDescription(told or self._told())
        self.control.setProperty("fault", "true" if told else "false")
        self.control.style().unpolish(self.control)
        self.control.style().polish(self.control)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.show_fault()
        return super().eventFilter(watched, event)

    def _on_edited(self) -> None:
        if self.fault:
            self._pause.start()
        else:
            self.show_fault()
        self.changed.emit()

    def _told(self) -> str:
        parameter = self.parameter
        numbers = f" {parameter.range}." if parameter.range else ""
        return f"{parameter.help}{numbers} Default: {parameter.written(parameter.default)}.".strip()
