"""What differs, to file a pair under: the nine visual patterns, chosen by click or by their number."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.flow_layout import FlowLayout
from desktop.widgets.words import Words


class PatternRow(QWidget):
    """`chosen` names the pattern; it stands for “they differ” and files the pair."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, patterns: tuple[str, ...]) -> None:
        super().__init__()
        self.question = Words(theme, "Do these two show different things?", "heading")
        self.question.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        hint = Words(theme, "Or say what differs:", "small", "muted")
        self.buttons: dict[str, QToolButton] = {}
        held = QWidget()
        flow = FlowLayout(held, spacing=4)
        flow.addWidget(hint)
        for number, pattern in enumerate(patterns, 1):
            button = QToolButton()
            button.setText(f"{number} {pattern}")
            button.setAccessibleName(f"They differ in {pattern}")
            button.setCheckable(True)
            button.setProperty("chip", "true")
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setFont(theme.font("small"))
            button.clicked.connect(lambda _=False, pattern=pattern: self.chosen.emit(pattern))
            self.buttons[pattern] = button
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 4, 24, 10)
        column.setSpacing(6)
        column.addWidget(self.question)
        column.addWidget(held)

    def show_pattern(self, pattern: str | None) -> None:
        for name, button in self.buttons.items():
            button.setChecked(name == pattern)
