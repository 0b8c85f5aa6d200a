"""The foot of the window: counts, space, the truth about the network, and the jobs."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from desktop import wording
from desktop.theme import Theme
from desktop.widgets.words import ElidedWords, Words

HEIGHT = 26
QUIET = "Nothing leaves this computer"


class StatusBar(QFrame):
    """Every part is set by the window; this file only arranges and words it."""

    def __init__(self, theme: Theme, job_strip: QWidget) -> None:
        super().__init__()
        self._theme, self._online = theme, False
        self.setObjectName("status_bar")
        self.setProperty("ground", "window")
        self.setFixedHeight(HEIGHT)
        self.counts = Words(theme, "Ready", "small")
        self.selected = Words(theme, role="small")
        self.space = ElidedWords(theme, role="small", tone="muted")
        self.device = ElidedWords(theme, role="small", tone="muted")
        self._lock = QLabel()
        self.network = Words(theme, QUIET, "small", "muted")
        self.network.setObjectName("network_truth")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 0, 0)
        row.setSpacing(16)
        middle = Qt.AlignmentFlag.AlignVCenter
        row.addWidget(self.counts, 0, middle)
        row.addWidget(self.selected, 0, middle)
        row.addWidget(self.space, 3)
        lock = QHBoxLayout()
        lock.setSpacing(6)
        self._lock.setFixedSize(14, 14)
        lock.addWidget(self._lock)
        lock.addWidget(self.network)
        row.addLayout(lock)
        row.addWidget(self.device, 4)
        row.addWidget(job_strip, 0, Qt.AlignmentFlag.AlignRight)
        theme.changed.connect(self._dress)
        self._dress()
        self.show_selected(0)

    def show_items(self, items: int) -> None:
        self.counts.setText(wording.count(items, "item") if items else "Ready")

    def show_selected(self, count: int) -> None:
        self.selected.setText(f"{wording.count(count)} selected")
        self.selected.setVisible(count > 0)

    def show_space(self, name: str, dimension: int, device: str) -> None:
        """Which space is in use, how long its vectors are, and what computes them."""
        self.space.setText(f"Space {name} · {dimension} numbers per item" if dimension else name)
        self.space.setMaximumWidth(self.space.fontMetrics().horizontalAdvance(self.space.text()) + 4)
        self.device.setText(device)

    def show_network(self, downloading: str | None) -> None:
        """The one open connection, or that there is none."""
        self._online = downloading is not None
        self.network.setText(f"Downloading {downloading}, the only open connection" if downloading else QUIET)
        self.network.set_tone("warn" if self._online else "muted")
        self._dress()

    def _dress(self) -> None:
        name, token = ("ph.download-simple", "warn") if self._online else ("ph.lock-simple", "muted")
        self._lock.setPixmap(self._theme.icon(name, token).pixmap(QSize(14, 14)))
        self._lock.setAlignment(Qt.AlignmentFlag.AlignVCenter)
