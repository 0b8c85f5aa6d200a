"""A button that is only an icon: tooltip with the key at its end, accessible name, colour of the theme."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QToolButton, QWidget

from desktop.actions import ActionRegistry
from desktop.theme import Theme


class IconButton(QToolButton):
    """28 px in bars, 24 px in rows."""

    def __init__(
        self, theme: Theme, icon: str, name: str, *, small: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._icon = theme, icon
        edge = 24 if small else 28
        self.setFixedSize(edge, edge)
        self.setIconSize(QSize(16, 16))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setStyleSheet("padding: 0;")
        theme.changed.connect(self._dress)
        self.toggled.connect(self._dress)
        self._dress()

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon = icon
        self._dress()

    def _dress(self) -> None:
        self.setIcon(self._theme.icon(self._icon, "accent" if self.isChecked() else "text"))


class ActionButton(IconButton):
    """An icon button that does a registered action and is greyed while it cannot."""

    def __init__(
        self,
        theme: Theme,
        actions: ActionRegistry,
        action_id: str,
        *,
        small: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        action = actions[action_id]
        super().__init__(theme, action.icon or "ph.dots-three", action.text.rstrip("…"), small=small, parent=parent)
        self._actions, self._action_id = actions, action_id
        self.setObjectName(action_id.replace(".", "_"))
        self.setCheckable(action.checked is not None)
        self.clicked.connect(lambda: actions.trigger(action_id))
        actions.changed.connect(self.refresh)
        actions.triggered.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Take over enabled, checked and key from the registry."""
        if self._action_id not in self._actions:
            return
        action = self._actions[self._action_id]
        self.setEnabled(action.is_enabled)
        self.setToolTip(self._actions.tooltip(self._action_id))
        if action.checked is not None:
            self.setChecked(bool(action.checked()))
