"""Pairs of items as evidence: two small pictures and what each model says of them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.diagnostics.item_pictures import ItemPicture, ItemPictures
from desktop.theme import Theme
from desktop.widgets.flow_layout import FlowLayout
from desktop.widgets.words import Words
from engine.evidence import Pair, Pairs

FEW = 12
PICTURE = 64


class PairsView(QWidget):
    """A `Pairs` part, its first ones. `chosen` names an item whose picture was clicked."""

    chosen = Signal(int)

    def __init__(self, theme: Theme, part: Pairs, pictures: ItemPictures) -> None:
        super().__init__()
        self._theme, self._part, self._pictures = theme, part, pictures
        shown = part.pairs[:FEW]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.addWidget(Words(theme, part.title, "strong"), 1)
        head.addWidget(Words(theme, f"{len(shown):,} of {part.total:,}", "small", "muted"))
        column.addLayout(head)
        if part.note:
            column.addWidget(Words(theme, part.note, "small", "muted", wrap=True))
        held = QWidget()
        flow = FlowLayout(held, spacing=16)
        for pair in shown:
            flow.addWidget(self._one(pair))
        column.addWidget(held)

    def _one(self, pair: Pair) -> QWidget:
        both = QHBoxLayout()
        both.setSpacing(3)
        for item_id in (pair.a, pair.b):
            picture = ItemPicture(self._theme, self._pictures, item_id, PICTURE)
            picture.clicked.connect(lambda _=False, item_id=item_id: self.chosen.emit(item_id))
            both.addWidget(picture)
        said = "  ".join(f"{name} {score:.2f}" for name, score in zip(self._part.scores, pair.scores))
        one = QWidget()
        column = QVBoxLayout(one)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(both)
        column.addWidget(Words(self._theme, said, "caption", "muted"), 0, Qt.AlignmentFlag.AlignHCenter)
        return one
