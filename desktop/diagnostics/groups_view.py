"""Groups of items that belong together, the keeper first, and why it is the keeper."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop import wording
from desktop.diagnostics.item_pictures import ItemPicture, ItemPictures
from desktop.theme import Theme
from desktop.widgets.words import Words
from engine.evidence import Groups

FEW = 12
MEMBERS = 6
PICTURE = 48


class GroupsView(QWidget):
    """A `Groups` part, its first ones. `chosen` names an item whose picture was clicked."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, part: Groups, pictures: ItemPictures) -> None:
        super().__init__()
        shown = part.groups[:FEW]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Words(theme, part.title, "strong"), 1)
        head.addWidget(Words(theme, f"{len(shown):,} of {part.total:,}", "small", "muted"))
        column.addLayout(head)
        for group in shown:
            row = QHBoxLayout()
            row.setSpacing(4)
            for member in group.members[:MEMBERS]:
                picture = ItemPicture(theme, pictures, member.item_id, PICTURE)
                picture.clicked.connect(lambda _=False, item_id=member.item_id: self.chosen.emit(item_id))
                row.addWidget(picture)
            left = len(group.members) - MEMBERS
            told = f"{group.kind}, {wording.count(len(group.members), 'file')}"
            if left > 0:
                row.addWidget(Words(theme, f"+{left}", "small", "muted"))
            row.addSpacing(8)
            row.addWidget(Words(theme, f"{told}. {group.why}".strip(), "small", "muted", wrap=True), 1)
            column.addLayout(row)
