"""Facts of an item: a muted label and what it is, line by line. Values can be selected and copied."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.words import Words

_LABEL_WIDTH = 76


class FactTable(QWidget):
    """Rows come and go with the item; nothing is computed here."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(0)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[Words, Words]] = []

    @property
    def facts(self) -> dict[str, str]:
        return {label.text(): value.text() for label, value in self._rows if not label.isHidden()}

    def show_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        """(label, value) in the order shown."""
        while len(self._rows) < len(facts):
            self._add_row()
        for place, (label, value) in enumerate(self._rows):
            used = place < len(facts)
            label.setVisible(used)
            value.setVisible(used)
            if used:
                label.setText(facts[place][0])
                written = _breakable(facts[place][1])
                value.setText(written)
                copies = Qt.TextInteractionFlag.TextSelectableByMouse
                whole = written == facts[place][1]  # what has marks where it may break is copied by “Copy path” instead
                value.setTextInteractionFlags(copies if whole else Qt.TextInteractionFlag.NoTextInteraction)
                value.setToolTip(facts[place][1])

    def _add_row(self) -> None:
        label = Words(self._theme, role="small", tone="muted")
        value = Words(self._theme, role="small", wrap=True)
        value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        value.setMinimumWidth(40)
        row = len(self._rows)
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1, Qt.AlignmentFlag.AlignTop)
        self._rows.append((label, value))


def _breakable(value: str) -> str:
    """Long paths may break after each part; a zero-width space says where."""
    return value.replace("/", "/\u200b") if len(value) > 24 and " " not in value else value
