"""The right end of the status bar: the job that runs, how far it is, and the way to all the others."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop import wording
from desktop.jobs.job_book import JobBook
from desktop.jobs.progress_line import ProgressLine
from desktop.theme import Theme
from desktop.widgets.words import Words


class JobStrip(QWidget):
    """Title, bar, share, time left. A click, Enter or Space opens the list of jobs."""

    opened = Signal()

    def __init__(self, theme: Theme, book: JobBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self.setObjectName("job_strip")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.title = Words(theme, role="small")
        self.bar = ProgressLine(theme)
        self.bar.setFixedWidth(96)
        self.share = Words(theme, role="small")
        self.left = Words(theme, role="small", tone="muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 12, 0)
        row.setSpacing(6)
        for widget in (self.title, self.bar, self.share, self.left):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        book.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        active, waiting = self._book.active(), self._book.waiting()
        runs = bool(active)
        for widget in (self.bar, self.share, self.left):
            widget.setVisible(runs)
        if active:
            # the map's supervisor runs along with everything else; what the user started says more
            entry = next((each for each in active if each.lane != "map"), active[0])
            others = len(active) + len(waiting) - 1
            self.title.setText(entry.title + (f"  +{others}" if others else ""))
            self.bar.set_share(entry.share)
            self.share.setText(wording.percent(entry.share) if entry.share is not None else "")
            self.left.setText(entry.time_left)
        elif waiting:
            self.title.setText(f"{wording.count(len(waiting), 'job')} waiting")
        else:
            self.title.setText("Jobs")
        self.setAccessibleName(" ".join((self.title.text(), self.share.text(), self.left.text())).strip())
        self.setToolTip("Show all jobs")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit()
        else:
            super().keyPressEvent(event)
