"""The bar under what is under review: its answers with their keys written on them, back and skip at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from desktop.actions import ActionRegistry
from desktop.theme import Theme
from desktop.widgets.buttons import Button

HEIGHT = 52


class KeyBar(QFrame):
    """`answers` and `moves` are ids of registered actions; the first answer is the primary one."""

    def __init__(self, theme: Theme, actions: ActionRegistry, answers: tuple[str, ...], moves: tuple[str, ...]) -> None:
        super().__init__()
        self._actions = actions
        self.setObjectName("key_bar")
        self.setProperty("ground", "surface")
        self.setFixedHeight(HEIGHT)
        self.buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        for place, action_id in enumerate((*answers, *moves)):
            if place == len(answers):
                row.addStretch(1)
            action = actions[action_id]
            role = "primary" if place == 0 else "normal" if place < len(answers) else "flat"
            button = Button(theme, action.text, lambda id=action_id: actions.trigger(id), role=role, icon=action.icon)  # type: ignore[arg-type,misc]
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            button.setObjectName("key_" + action_id.replace(".", "_"))
            self.buttons[action_id] = button
            row.addWidget(button)
        actions.changed.connect(self._write_keys)
        self._write_keys()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._write_keys()

    def _write_keys(self) -> None:
        """The keys leave first where it is narrow; what they do stays."""
        with_keys = self.width() >= 620
        for action_id, button in self.buttons.items():
            if action_id in self._actions:
                key = self._actions.key_text(action_id) if with_keys else ""
                button.setText(f"{self._actions[action_id].text}   {key}".rstrip())
                button.setToolTip(self._actions.tooltip(action_id))
