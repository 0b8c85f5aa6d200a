"""The 1 px line between parts of a page."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame


class Rule(QFrame):
    """Lies across, or stands `upright`."""

    def __init__(self, *, upright: bool = False) -> None:
        super().__init__()
        self.setProperty("rule", "vertical" if upright else "true")
