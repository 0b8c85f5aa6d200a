"""One job in the list: its name, bar, figures, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QMenu, QWidget

from desktop import wording
from desktop.jobs.job_book import JobEntry
from desktop.jobs.progress_line import ProgressLine
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.icon_button import IconButton
from desktop.widgets.words import ElidedWords, Words

_ICONS = {
    "waiting": ("ph.clock", "muted"),
    "done": ("ph.check-circle", "success"),
    "failed": ("ph.x-circle", "error"),
    "cancelled": ("ph.stop", "muted"),
}


class JobRow(QFrame):
    """Shows a `JobEntry`; asks for pause, cancel and its failures by signal."""

    pause_asked = Signal(int)
    cancel_asked = Signal(int)
    failures_asked = Signal()
    report_asked = Signal(str)
    command_asked = Signal(int)
    walk_asked = Signal(int)  # to the row below (1) or above (-1)

    def __init__(self, theme: Theme, entry: JobEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self.entry = theme, entry
        self.setObjectName(f"job_{entry.job_id}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._icon = QLabel()
        self.title = ElidedWords(theme, role="strong")
        self.pause = IconButton(theme, "ph.pause", "Pause", small=True)
        self.stop = IconButton(theme, "ph.x", "Cancel", small=True)
        self.pause.clicked.connect(lambda: self.pause_asked.emit(self.entry.job_id))
        self.stop.clicked.connect(lambda: self.cancel_asked.emit(self.entry.job_id))
        self.bar = ProgressLine(theme)
        self.share = Words(theme, role="small")
        self.amount = Words(theme, role="small", tone="muted", wrap=True)
        self.left = Words(theme, role="small", tone="muted")
        self.failures = Button(theme, "Show what was left out", self.failures_asked.emit, role="link")
        self.report = Button(theme, "Copy report", lambda: self.report_asked.emit(self.entry.details), role="link")
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.title, 1)
        head.addWidget(self.pause)
        head.addWidget(self.stop)
        middle = QHBoxLayout()
        middle.setSpacing(8)
        middle.addWidget(self.bar, 1)
        middle.addWidget(self.share)
        foot = QHBoxLayout()
        foot.addWidget(self.amount, 1)
        foot.addWidget(self.left, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self.failures, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self.report, 0, Qt.AlignmentFlag.AlignTop)
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 10, 14, 10)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(2)
        grid.addWidget(self._icon, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addLayout(head, 0, 1)
        grid.addLayout(middle, 1, 1)
        grid.addLayout(foot, 2, 1)
        grid.setColumnStretch(1, 1)
        theme.changed.connect(self._dress)
        self.show_entry(entry)

    def show_entry(self, entry: JobEntry) -> None:
        """Take over what is known now."""
        self.entry = entry
        active, ended = entry.is_active, entry.ended_at is not None
        self.title.setText(entry.title)
        self.pause.setVisible(active)
        paused = entry.state == "paused"
        self.pause.set_icon("ph.play" if paused else "ph.pause")
        self.pause.setAccessibleName("Resume" if paused else "Pause")
        self.pause.setToolTip("Resume" if paused else "Pause")
        self.stop.setVisible(not ended)
        self.bar.setVisible(active)
        self.share.setVisible(active)
        self.bar.set_share(entry.share)
        self.share.setText(wording.percent(entry.share) if entry.share is not None else "")
        if ended:
            self.amount.setText(" ".join(part for part in (entry.outcome, entry.remedy) if part))
            self.left.setText(wording.took(entry.seconds))
        else:
            self.amount.setText(entry.amount if active else "Waiting")
            self.left.setText(entry.time_left)
        self.left.setVisible(bool(self.left.text()))
        self.failures.setVisible(ended and entry.state == "done" and "could not" in entry.summary)
        self.report.setVisible(bool(entry.details))
        self.setAccessibleName(f"{entry.title}. {self.amount.text()} {self.left.text()}")
        self._dress()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        entry = menu.addAction(self._theme.icon("ph.terminal-window", "muted"), "Copy as command")
        entry.setEnabled(self.entry.job_id > 0)  # what ran on an earlier day is known by its title only
        entry.triggered.connect(lambda: self.command_asked.emit(self.entry.job_id))
        menu.popup(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Space if self.entry.is_active:
                self.pause_asked.emit(self.entry.job_id)
            case Qt.Key.Key_Delete if self.entry.ended_at is None:
                self.cancel_asked.emit(self.entry.job_id)
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                self.walk_asked.emit(1 if event.key() == Qt.Key.Key_Down else -1)
            case _:
                super().keyPressEvent(event)

    def _dress(self) -> None:
        default = ("ph.circles-three" if self.entry.lane == "map" else "ph.arrow-clockwise", "accent")
        name, token = _ICONS.get(self.entry.state, default)
        self._icon.setPixmap(self._theme.icon(name, token).pixmap(QSize(16, 16)))
