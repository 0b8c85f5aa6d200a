"""Shows a fault's report before anything is done with it; copying is the only thing that can be."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.over_window import OverWindow
from desktop.widgets.words import Words


class ReportView(OverWindow):
    """The text as it would be copied. Nothing is sent."""

    def __init__(self, theme: Theme, report: str, host: QWidget) -> None:
        super().__init__(host, "report_view", "Report", 680, 460)
        self.text = QPlainTextEdit(report)
        self.text.setObjectName("report_text")
        self.text.setAccessibleName("What the report says")
        self.text.setReadOnly(True)
        self.copy = Button(theme, "Copy report", self._copy, role="primary", icon="ph.copy")
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(Words(theme, "Nothing is sent. Names of your files may stand in it.", "small", "muted"), 1)
        foot.addWidget(Button(theme, "Close", self.close_now))
        foot.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 16)
        column.setSpacing(10)
        column.addWidget(Words(theme, "Report", "title"))
        column.addWidget(self.text, 1)
        column.addLayout(foot)

    def first_focus(self) -> QWidget:
        return self.copy

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.close_now()
