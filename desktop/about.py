"""What this program is, which version, under which licence, and with whose help."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.version import version
from desktop.widgets.buttons import Button
from desktop.widgets.over_window import OverWindow
from desktop.widgets.words import Words
from desktop.window.logo import Logo

THANKS = (
    "Built with Qt for Python (LGPL), PyTorch, OpenCLIP, FAISS, UMAP, Numba, SQLite, SQLAlchemy, Pillow, PyAV, pyqtgraph "
    "and the Phosphor and Material Design icons. Their licences are in the folder of the installed packages."
)


class About(OverWindow):
    """Name, version, promise, licence."""

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host, "about", "About Sightline", 420, 340)
        column = QVBoxLayout(self)
        column.setContentsMargins(28, 24, 28, 20)
        column.setSpacing(8)
        column.addWidget(Logo(theme, 40))
        column.addWidget(Words(theme, f"Sightline {version()}", "title"))
        column.addWidget(
            Words(theme, "See your own archive the way a model sees it. Everything stays on this computer.", wrap=True)
        )
        column.addWidget(Words(theme, "Apache License 2.0", tone="muted"))
        column.addWidget(Words(theme, THANKS, "small", "muted", wrap=True))
        column.addStretch(1)
        self.close_button = Button(theme, "Close", self.close_now)
        column.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignRight)

    def first_focus(self) -> QWidget:
        return self.close_button
