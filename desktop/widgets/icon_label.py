"""An icon that stands beside words, in a token's colour."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel

from desktop.theme import Theme


class IconLabel(QLabel):
    """`edge` px square; follows the theme."""

    def __init__(self, theme: Theme, icon: str, token: str = "muted", edge: int = 16) -> None:
        super().__init__()
        self._theme, self._icon, self._token, self._edge = theme, icon, token, edge
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setPixmap(self._theme.icon(self._icon, self._token).pixmap(QSize(self._edge, self._edge)))
