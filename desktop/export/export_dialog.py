"""Export: what (the selected items, or all that match), as what, and where to. The writing is a job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFileDialog, QHBoxLayout, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from desktop import wording
from desktop.bridge import EngineBridge
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.icon_button import IconButton
from desktop.widgets.over_window import OverWindow
from desktop.widgets.words import Words
from engine.values import Query

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.export import Format

TITLES = {"selected": "Selected items", "shown": "All that match"}


class ExportDialog(OverWindow):
    """`selected` and `shown` are item ids, `asked` the question that `shown` answers; with nothing selected all that match are meant."""

    def __init__(
        self,
        bridge: EngineBridge,
        theme: Theme,
        selected: np.ndarray,
        shown: np.ndarray,
        host: QWidget,
        asked: Query | None = None,
    ) -> None:
        super().__init__(host, "export_dialog", "Export", 560, 600)
        self._bridge, self._theme = bridge, theme
        self._ids = {"selected": selected, "shown": shown}
        self._shown = asked  # what `shown` answers, for the command that does the same
        self.formats: dict[str, QRadioButton] = {}
        self._known: dict[str, Format] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 16)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Words(theme, "Export", "title"), 1)
        close = IconButton(theme, "ph.x", "Close")
        close.clicked.connect(self.close_now)
        head.addWidget(close)
        column.addLayout(head)
        self.what: dict[str, QRadioButton] = {}
        choice = QHBoxLayout()
        choice.setSpacing(20)
        self._which = QButtonGroup(self)
        for key, title in TITLES.items():
            button = QRadioButton(f"{title} ({wording.count(len(self._ids[key]))})")
            button.setObjectName(f"export_{key}")
            button.setAccessibleName(button.text())
            button.setEnabled(len(self._ids[key]) > 0)
            self._which.addButton(button)
            self.what[key] = button
            choice.addWidget(button)
        choice.addStretch(1)
        (self.what["selected"] if len(selected) else self.what["shown"]).setChecked(True)
        column.addLayout(choice)
        self._list = QWidget()
        self._list.setObjectName("export_formats")
        self._rows = QVBoxLayout(self._list)
        self._rows.setContentsMargins(0, 4, 0, 4)
        self._rows.setSpacing(8)
        self._as = QButtonGroup(self)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._list)
        column.addWidget(scroll, 1)
        self.go = Button(theme, "Choose where…", self._choose_place, role="primary")
        self.go.setEnabled(False)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(Words(theme, "Originals are only read.", "small", "muted"), 1)
        self.command = Button(theme, "Copy as command", self._copy_command, role="flat", icon="ph.terminal-window")
        foot.addWidget(self.command)
        foot.addWidget(self.go)
        column.addLayout(foot)
        bridge.ask(_formats, self._show_formats, key="export formats")

    def first_focus(self) -> QWidget:
        return self._which.checkedButton() or self

    def export_to(self, target: Path) -> None:
        """Write the chosen items in the chosen format to a file or folder, as a job."""
        from engine.workflows.export_items import ExportItems

        which = next(key for key, button in self.what.items() if button.isChecked())
        key = next(key for key, button in self.formats.items() if button.isChecked())
        self._bridge.submit(ExportItems(tuple(int(number) for number in self._ids[which]), key, str(target)))
        self.close_now()

    def _show_formats(self, formats: tuple[Format, ...]) -> None:
        for one in formats:
            button = QRadioButton(one.title)
            button.setObjectName(f"export_as_{one.key}")
            button.setAccessibleName(one.title)
            button.setAccessibleDescription(one.help)
            button.setFont(self._theme.font("strong"))
            self._as.addButton(button)
            self.formats[one.key], self._known[one.key] = button, one
            told = Words(self._theme, one.help, "small", "muted", wrap=True)
            told.setContentsMargins(22, 0, 0, 0)
            pair = QVBoxLayout()
            pair.setSpacing(1)
            pair.addWidget(button)
            pair.addWidget(told)
            self._rows.addLayout(pair)
        self._rows.addStretch(1)
        if formats:
            self.formats[formats[0].key].setChecked(True)
            self.go.setEnabled(True)

    def _copy_command(self) -> None:
        from desktop.collections.clipboard import copy_command
        from engine.workflows.as_command import of_export

        which = next(key for key, button in self.what.items() if button.isChecked())
        key = next(key for key, button in self.formats.items() if button.isChecked())
        ids = [int(number) for number in self._ids[which]]
        shown = self._shown if which == "shown" else None
        name = f"sightline{self._known[key].suffix}" if self._known[key].suffix else "sightline-export"
        copy_command(self._bridge, lambda engine: of_export(engine, ids, key, name, shown))

    def _choose_place(self) -> None:
        key = next(key for key, button in self.formats.items() if button.isChecked())
        suffix = self._known[key].suffix
        if suffix:
            name, _ = QFileDialog.getSaveFileName(self, "Export to", f"sightline{suffix}", f"*{suffix}")
        else:
            name = QFileDialog.getExistingDirectory(self, "Export into this folder")
        if name:
            self.export_to(Path(name))


def _formats(_engine: Engine) -> tuple[Format, ...]:
    from engine.export import formats

    return formats()
