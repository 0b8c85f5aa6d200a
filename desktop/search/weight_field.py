"""A small field for the weight of a part: typed, or stepped by the arrow keys and the wheel."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

LIGHTEST, HEAVIEST, STEP = 0.1, 3.0, 0.1


class WeightField(QLineEdit):
    """One decimal between 0.1 and 3.0; what is no number is put back."""

    changed_to = Signal(float)

    def __init__(self, weight: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._weight = weight
        self.setFixedWidth(44)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setStyleSheet("padding: 0 2px;")
        self.setText(f"{weight:.1f}")
        self.editingFinished.connect(self._on_typed)

    @property
    def weight(self) -> float:
        return self._weight

    def set_weight(self, weight: float) -> None:
        """Show a weight, and tell when it is another one."""
        weight = round(min(HEAVIEST, max(LIGHTEST, weight)), 1)
        self.setText(f"{weight:.1f}")
        if weight != self._weight:
            self._weight = weight
            self.changed_to.emit(weight)

    def _on_typed(self) -> None:
        try:
            weight = float(self.text().replace(",", "."))
        except ValueError:
            weight = self._weight
        self.set_weight(weight)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: STEP, Qt.Key.Key_Down: -STEP}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.set_weight(self._weight + step)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            self.set_weight(self._weight + (STEP if event.angleDelta().y() > 0 else -STEP))
            event.accept()
        else:
            event.ignore()
