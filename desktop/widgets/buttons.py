"""Buttons with words: normal, primary (one in view at most), flat and link."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtWidgets import QPushButton, QWidget

from desktop.theme import Theme
from desktop.theme.icons import BESIDE_WORDS

Role = Literal["normal", "primary", "flat", "link"]


class Button(QPushButton):
    """A button with words and, if given, an icon in the colour of its words."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        clicked: Callable[[], object] | None = None,
        *,
        role: Role = "normal",
        icon: str | None = None,
        big: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text.replace("&", "&&"), parent)
        self._theme, self._icon, self._role = theme, icon, role
        self.setProperty("role", role)
        self.setProperty("big", "true" if big else "false")
        self.setAccessibleName(text)
        self.setIconSize(BESIDE_WORDS)
        self.setObjectName("button_" + "".join(c if c.isalnum() else "_" for c in text.lower()).strip("_"))
        if clicked is not None:
            self.clicked.connect(lambda: clicked())
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        if self._icon is not None:
            token = {"primary": "on_accent", "link": "accent"}.get(self._role, "text")
            self.setIcon(self._theme.icon(self._icon, token))
