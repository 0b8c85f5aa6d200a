"""Help on the page that is open: a short text from resources/help, and the keys that count there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.actions import ActionRegistry
from desktop.theme import Theme
from desktop.widgets.icon_button import IconButton
from desktop.widgets.over_window import OverWindow
from desktop.widgets.reading import Reading
from desktop.widgets.words import Words

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "help"
_GROUPS = {"explore": ("Items", "Map", "Search", "Everywhere")}


def help_text(page: str) -> str:
    """The page's help in Markdown, or a sentence where there is none."""
    path = FOLDER / f"{page}.md"
    return path.read_text(encoding="utf-8") if path.exists() else "There is no help for this page yet."


class HelpPanel(OverWindow):
    """Markdown of our own files only; nothing is fetched."""

    def __init__(self, theme: Theme, page: str, actions: ActionRegistry, host: QWidget) -> None:
        super().__init__(host, "help_panel", "Help", 640, 620)
        close = IconButton(theme, "ph.x", "Close")
        close.clicked.connect(self.close_now)
        head = QHBoxLayout()
        head.setContentsMargins(20, 12, 12, 6)
        head.addWidget(Words(theme, "Help", "title"), 1)
        head.addWidget(close)
        self.text = Reading(theme)
        self.text.setObjectName("help_text")
        self.text.setAccessibleName("Help text")
        keys = [
            f"| {actions.key_text(action.id)} | {action.text.rstrip('…')} |"
            for group in _GROUPS.get(page, ("Everywhere",))
            for action in actions
            if action.group == group and actions.keys_of(action.id)
        ]
        table = "\n\n## Keys\n\n| Key | What it does |\n|---|---|\n" + "\n".join(keys)
        self.text.show_markdown(help_text(page) + table)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 12)
        column.addLayout(head)
        inset = QHBoxLayout()
        inset.setContentsMargins(20, 0, 6, 0)
        inset.addWidget(self.text)
        column.addLayout(inset, 1)

    def first_focus(self) -> QWidget:
        return self.text
