"""One row of the settings page: label, help, and the control that fits the setting's type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.words import Words

if TYPE_CHECKING:
    from engine.settings import Setting

FIELD_HEIGHT = 28
SETTLE_MS = 400  # a number is kept once nobody turns it any more


class SettingRow(QWidget):
    """`changed` gives name and value as the user chose it; `show_value` follows a change from elsewhere."""

    changed = Signal(str, object)

    def __init__(self, theme: Theme, setting: Setting, value: Any) -> None:
        super().__init__()
        self.setting = setting
        self.setObjectName("setting_" + setting.name.replace(".", "_"))
        self._quiet = False
        self._settled = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settled.timeout.connect(lambda: self._tell(self.value()))
        self.default = Words(theme, "Default", "small", "muted")
        self.reset = Button(theme, "Back to default", lambda: self._tell(setting.default), role="link")
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(Words(theme, setting.label, "strong"))
        told = setting.help + (" From the next start." if setting.restart else "")
        words.addWidget(Words(theme, told, "small", "muted", wrap=True))
        words.addStretch(1)
        self.control = self._build(value)
        self.control.setAccessibleName(setting.label)
        self.control.setAccessibleDescription(told)
        self.control.setMinimumWidth(max(200, self.control.minimumWidth()))
        side = QVBoxLayout()
        side.setSpacing(2)
        side.addWidget(self.control)
        foot = QHBoxLayout()
        foot.addWidget(self.default)
        foot.addWidget(self.reset)
        foot.addStretch(1)
        side.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 0, 8)
        row.setSpacing(24)
        row.addLayout(words, 1)
        row.addLayout(side)
        self._mark_default(value)

    def _build(self, value: Any) -> QWidget:
        setting = self.setting
        if setting.choices:
            box = QComboBox()
            for choice, words in setting.choices:
                box.addItem(words, choice)
            box.setCurrentIndex(max(0, box.findData(value)))
            box.activated.connect(lambda _: self._tell(box.currentData()))
            return box
        if isinstance(setting.default, bool):
            tick = QCheckBox("On")
            tick.setChecked(value)
            tick.toggled.connect(self._tell)
            return tick
        if isinstance(setting.default, int | float):
            return self._number(value)
        field = QLineEdit(_as_text(value))
        field.setMinimumWidth(300)
        field.setCursorPosition(0)
        field.editingFinished.connect(lambda: self._tell(self.value()))
        return field

    def _number(self, value: float) -> QWidget:
        setting = self.setting
        spin: QSpinBox | QDoubleSpinBox
        if isinstance(setting.default, int):
            spin = QSpinBox()
            spin.setRange(int(setting.minimum or 0), int(min(setting.maximum or 2**31 - 1, 2**31 - 1)))
            spin.setValue(int(value))
        else:
            spin = QDoubleSpinBox()
            spin.setDecimals(0 if (setting.maximum or 0) > 100 else 2)
            spin.setRange(float(setting.minimum or 0), float(setting.maximum or 1e9))
            spin.setValue(value)
        spin.setSuffix(f" {setting.unit}" if setting.unit else "")
        spin.setGroupSeparatorShown(True)
        spin.setFixedHeight(FIELD_HEIGHT)
        spin.lineEdit().setTextMargins(6, 0, 6, 0)  # the style sheet's padding does not reach the field within
        spin.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the wheel scrolls the page, not the numbers
        spin.valueChanged.connect(lambda _: None if self._quiet else self._settled.start())
        return spin

    def value(self) -> Any:
        """What the control shows, in the setting's own type."""
        control, default = self.control, self.setting.default
        if isinstance(control, QComboBox):
            return control.currentData()
        if isinstance(control, QCheckBox):
            return control.isChecked()
        if isinstance(control, QSpinBox | QDoubleSpinBox):
            return control.value()
        assert isinstance(control, QLineEdit)
        if isinstance(default, tuple):
            return tuple(part.strip() for part in control.text().split(",") if part.strip())
        return control.text()

    def show_value(self, value: Any) -> None:
        """Show a value that was set elsewhere (undo, another window) without telling it again."""
        self._quiet = True
        control = self.control
        if isinstance(control, QComboBox):
            control.setCurrentIndex(max(0, control.findData(value)))
        elif isinstance(control, QCheckBox):
            control.setChecked(value)
        elif isinstance(control, QSpinBox | QDoubleSpinBox):
            control.setValue(value)
        elif isinstance(control, QLineEdit):
            control.setText(_as_text(value))
        self._quiet = False
        self._mark_default(value)

    def _tell(self, value: Any) -> None:
        if not self._quiet:
            self.changed.emit(self.setting.name, value)

    def _mark_default(self, value: Any) -> None:
        is_default = value == self.setting.default
        self.default.setVisible(is_default)
        self.reset.setVisible(not is_default)


def _as_text(value: Any) -> str:
    return ", ".join(str(part) for part in value) if isinstance(value, tuple | list) else str(value)
