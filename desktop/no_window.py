"""Why no window opens, said where somebody looks: in the terminal, and in a box when there is none."""

from __future__ import annotations

import sys

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

from engine.errors import UserFixable


def say_before_window(fault: UserFixable) -> None:
    """Started from a menu nobody sees the terminal, so the box stays until it is closed."""
    if sys.stderr is not None:
        print(fault, file=sys.stderr)
    if has_eyes():
        box = QMessageBox(QMessageBox.Icon.Warning, "Sightline", fault.what)
        box.setInformativeText(f"{fault.means} {fault.remedy}".strip())
        box.exec()


def has_eyes() -> bool:
    """Whether there is a screen and no terminal."""
    terminal = sys.stderr is not None and sys.stderr.isatty()
    return not terminal and QGuiApplication.platformName() not in ("offscreen", "minimal")
