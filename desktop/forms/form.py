"""A form made from declared parameters: a field each, values out, back to the defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.forms.choice_field import ChoiceField
from desktop.forms.field import Field
from desktop.forms.number_field import NumberField
from desktop.forms.switch_field import SwitchField
from desktop.forms.text_field import TextField
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.words import Words
from engine.parameters import Parameter

KINDS: dict[str, type[Field]] = {
    "switch": SwitchField,
    "choice": ChoiceField,
    "whole": NumberField,
    "number": NumberField,
    "text": TextField,
}
BETWEEN = 12


class Form(QWidget):
    """`values` are those that differ from the defaults. Two numbers share a line, as far as they follow one another.

    `changed` comes with every change by the user. Ask `fault` before `values()`, and `point_out()` where something is wrong.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parameters: Sequence[Parameter], values: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self.setObjectName("form")
        given = values or {}
        self.fields: dict[str, Field] = {}
        for parameter in parameters:
            field = KINDS[parameter.kind](theme, parameter, given.get(parameter.name, parameter.default))
            field.changed.connect(self._on_changed)
            self.fields[parameter.name] = field
        self.back = Button(theme, "Back to the defaults", self._on_back_clicked, role="link")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(BETWEEN)
        for line in _lines(list(self.fields.values())):
            column.addLayout(line)
        if not parameters:
            column.addWidget(Words(theme, "Nothing to set.", "small", "muted"))
        column.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self._show_back()

    @property
    def fault(self) -> str:
        """The first sentence about a value that does not fit; empty when all do."""
        return next((field.fault for field in self.fields.values() if field.fault), "")

    def values(self) -> dict[str, Any]:
        """Every value by name, in its parameter's type. Raises UserFixable for the first that does not fit."""
        return {name: field.read() for name, field in self.fields.items()}

    def differing(self) -> dict[str, Any]:
        """The values that are not the default, such as for showing the form as a command. Raises UserFixable."""
        return {name: value for name, value in self.values().items() if value != self.fields[name].parameter.default}

    def show_values(self, values: Mapping[str, Any]) -> None:
        """Show `values` without telling anyone; what is not named stays as it is."""
        for name, value in values.items():
            self.fields[name].show_value(value)
        self._show_back()

    def point_out(self) -> None:
        """Show every sentence at once and go to the first field that has one."""
        for field in self.fields.values():
            field.show_fault()
        wrong = next((field for field in self.fields.values() if field.fault), None)
        if wrong is not None:
            wrong.control.setFocus()

    def lock(self, locked: bool) -> None:
        """While something runs with these values they can be read, not changed."""
        for field in self.fields.values():
            field.lock(locked)
        self.back.setEnabled(not locked)

    def _on_changed(self) -> None:
        self._show_back()
        self.changed.emit()

    def _on_back_clicked(self) -> None:
        self.show_values({name: field.parameter.default for name, field in self.fields.items()})
        self.changed.emit()

    def _show_back(self) -> None:
        """Takes no room where there is nothing to take back, but keeps its place while someone writes."""
        at_default = not self.fault and not self.differing()
        policy = self.back.sizePolicy()
        policy.setRetainSizeWhenHidden(bool(self.fields))
        self.back.setSizePolicy(policy)
        self.back.setVisible(not at_default)


def _lines(fields: list[Field]) -> list[QHBoxLayout]:
    """Narrow fields two by two (one alone keeps its half), others across."""
    lines: list[list[Field]] = []
    for field in fields:
        if field.narrow and lines and lines[-1][-1].narrow and len(lines[-1]) == 1:
            lines[-1].append(field)
        else:
            lines.append([field])
    return [_line(members) for members in lines]


def _line(members: list[Field]) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(BETWEEN)
    for field in members:
        line.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
    if len(members) == 1 and members[0].narrow:
        line.addWidget(QWidget(), 1)
    return line
