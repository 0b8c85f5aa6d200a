"""The list of jobs over the status bar: what runs, what waits, what is done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.jobs.job_book import JobBook, JobEntry
from desktop.jobs.job_row import JobRow
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.icon_button import IconButton
from desktop.widgets.words import Words

WIDTH = 404
HIGHEST = 420
EMPTY = "Nothing is running. Finished jobs stay here for 30 days."


class JobsPopover(QFrame):
    """Keys: arrows walk, Space pauses, Delete cancels, Escape closes."""

    failures_asked = Signal()
    report_asked = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme, book: JobBook, host: QWidget) -> None:
        super().__init__(host)
        self._theme, self._book = theme, book
        self.setObjectName("jobs_popover")
        self.setAccessibleName("Jobs")
        self.setProperty("card", "true")
        self.setFixedWidth(WIDTH)
        self.rows: dict[int, JobRow] = {}
        self.pause_all = Button(theme, "Pause all", book.pause_all, role="flat")
        close = IconButton(theme, "ph.caret-down", "Close jobs", small=True)
        close.clicked.connect(self.close_now)
        head = QHBoxLayout()
        head.setContentsMargins(14, 4, 8, 4)
        head.addWidget(Words(theme, "Jobs", "strong"), 1)
        head.addWidget(self.pause_all)
        head.addWidget(close)
        self.empty = Words(theme, EMPTY, tone="muted", wrap=True)
        self.empty.setMargin(14)
        self._list = QWidget()
        self._list.setObjectName("job_list")
        self._column = QVBoxLayout(self._list)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(self._list)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._rule())
        column.addWidget(self.empty)
        column.addWidget(self._scroll)
        book.changed.connect(self.refresh)
        self.hide()

    def open_now(self) -> None:
        self.show()
        self.refresh()
        self.raise_()
        first = next(iter(self.rows.values()), None)
        (first or self.pause_all).setFocus(Qt.FocusReason.PopupFocusReason)

    def close_now(self) -> None:
        self.hide()
        self.closed.emit()

    def refresh(self) -> None:
        """Show the book as it is; only while seen."""
        if not self.isVisible():
            return
        entries = [*self._book.active(), *self._book.waiting(), *self._book.finished()]
        wanted = {entry.job_id for entry in entries}
        for job_id in [job_id for job_id in self.rows if job_id not in wanted]:
            self.rows.pop(job_id).deleteLater()
        for place, entry in enumerate(entries):
            self._show_row(place, entry)
        active = self._book.active()
        self.pause_all.setVisible(bool(active))
        all_paused = bool(active) and all(entry.state == "paused" for entry in active)
        self.pause_all.setText("Resume all" if all_paused else "Pause all")
        self.empty.setVisible(not active and not self._book.waiting())
        self._scroll.setVisible(bool(entries))
        self.place()

    def place(self) -> None:
        """Stand over the right end of the status bar."""
        host = self.parentWidget()
        if host is None:
            return
        self._scroll.setFixedHeight(min(HIGHEST, self._list.sizeHint().height(), max(80, host.height() - 160)))
        self.adjustSize()
        self.move(host.width() - self.width() - 10, host.height() - self.height() - 34)

    def _show_row(self, place: int, entry: JobEntry) -> None:
        row = self.rows.get(entry.job_id)
        if row is None:
            row = JobRow(self._theme, entry)
            row.pause_asked.connect(self._book.toggle_pause)
            row.cancel_asked.connect(self._book.cancel)
            row.failures_asked.connect(self.failures_asked)
            row.report_asked.connect(self.report_asked)
            row.command_asked.connect(self._book.copy_command)
            row.walk_asked.connect(self._walk)
            self.rows[entry.job_id] = row
        else:
            row.show_entry(entry)
        if self._column.indexOf(row) != place:
            self._column.insertWidget(place, row)

    def _rule(self) -> QFrame:
        rule = QFrame()
        rule.setProperty("rule", "true")
        return rule

    def _walk(self, step: int) -> None:
        rows = sorted(self.rows.values(), key=self._column.indexOf)
        at = next((place for place, row in enumerate(rows) if row.hasFocus()), 0)
        target = rows[max(0, min(len(rows) - 1, at + step))]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        self._scroll.ensureWidgetVisible(target)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_now()
        else:
            super().keyPressEvent(event)
