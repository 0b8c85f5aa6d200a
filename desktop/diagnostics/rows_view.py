"""A table of evidence: the item each row is about as a small picture, figures at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.diagnostics.item_pictures import ItemPicture, ItemPictures
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.words import ElidedWords, Words
from engine.evidence import Cell, Table

FEW = 12  # rows shown before “All”
PICTURE = 30


class RowsView(QWidget):
    """A `Table` part. `chosen` names an item whose picture was clicked."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, part: Table, pictures: ItemPictures) -> None:
        super().__init__()
        self._theme, self._part, self._pictures = theme, part, pictures
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(2)
        head = QHBoxLayout()
        head.addWidget(Words(theme, part.title, "strong"), 1)
        self.all = Button(theme, f"All {len(part.rows):,}", self._show_all, role="link")
        self.all.setVisible(len(part.rows) > FEW)
        head.addWidget(self.all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        if part.note:
            column.addWidget(Words(theme, part.note, "small", "muted", wrap=True))
        column.addLayout(self._grid)
        if not part.rows:
            column.addWidget(Words(theme, "None.", tone="muted"))
            return
        pictured = bool(part.item_ids)
        for place, title in enumerate(part.columns):
            words = Words(theme, title, "small", "muted")
            words.setAlignment(_side(place in part.right))
            self._grid.addWidget(words, 0, place + pictured)
        for place in range(len(part.columns)):
            self._grid.setColumnStretch(place + pictured, 0 if place in part.right else 1)
        self._add(0, FEW)

    def _show_all(self) -> None:
        self.all.hide()
        self._add(FEW, len(self._part.rows))

    def _add(self, first: int, last: int) -> None:
        pictured = bool(self._part.item_ids)
        for number, row in enumerate(self._part.rows[first:last], first):
            item_id = self._part.item_ids[number] if pictured else None
            if item_id is not None:
                picture = ItemPicture(self._theme, self._pictures, item_id, PICTURE)
                picture.clicked.connect(lambda _=False, item_id=item_id: self.chosen.emit(item_id))
                self._grid.addWidget(picture, number + 1, 0)
            for place, cell in enumerate(row):
                right = place in self._part.right
                words = Words(self._theme, shown(cell), "body") if right else ElidedWords(self._theme, shown(cell))
                words.setAlignment(_side(right))
                self._grid.addWidget(words, number + 1, place + pictured)


def shown(cell: Cell) -> str:
    """A cell as people read it."""
    if cell is None:
        return "–"
    if isinstance(cell, float):
        return f"{cell:.3f}".replace("-", "−")
    return f"{cell:,}" if isinstance(cell, int) else str(cell)


def _side(right: bool) -> Qt.AlignmentFlag:
    return (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft) | Qt.AlignmentFlag.AlignVCenter
