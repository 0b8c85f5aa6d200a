"""Inspector part for several selected items: how many of which kind, stars and tags for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.collections.alike_list import paint_small
from desktop.collections.star_row import StarRow
from desktop.collections.tag_row import TagRow
from desktop.theme import Theme
from desktop.widgets.words import Words
from engine.values import ItemCard

if TYPE_CHECKING:
    from engine.engine import Engine

_KINDS = (("image", "image", "images"), ("audio", "sound", "sounds"), ("text", "text", "texts"))
_FANNED = 12


@dataclass(frozen=True, eq=False)
class Summary:
    """What is known of the selected items together."""

    count: int
    kinds: dict[str, int]
    tags: tuple[tuple[str, bool], ...]
    stars: int | None  # None: they differ
    first: tuple[tuple[ItemCard, QImage | None], ...]


def summarise(engine: Engine, ids: np.ndarray) -> Summary:
    """Ask for everything the part shows; runs on a reader thread."""
    codes, names = engine.items.field("kind", ids)
    amounts = np.bincount(np.asarray(codes), minlength=len(names))
    kinds = {name: int(amount) for name, amount in zip(names, amounts) if amount}
    stars, _ = engine.items.field("stars", ids)
    same = len(np.unique(np.asarray(stars))) == 1
    carried = engine.marks.tags_of(ids.tolist())
    tags = tuple((name, amount == len(ids)) for name, amount in sorted(carried.items()))
    first = []
    for card in engine.items.cards(ids[:_FANNED].tolist()):
        data = engine.thumbnails.get(card.id, 96) if card.kind == "image" else None
        first.append((card, QImage.fromData(data) if data else None))
    shared = first[0][0].stars if same and first else None
    return Summary(len(ids), kinds, tags, shared, tuple(first))


class Several(QWidget):
    """Bulk marks; what they do is carried out by the inspector."""

    starred = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._pictures = _Fan(theme)
        self.count = Words(theme, "", "heading")
        self.count.setObjectName("severalCount")
        self.kinds = Words(theme, "", "small", "muted", wrap=True)
        self.stars = StarRow(theme)
        self.stars.setObjectName("severalStars")
        self.stars.chosen.connect(self.starred)
        self.tags = TagRow(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 11, 15, 16)
        column.setSpacing(8)
        column.addWidget(self._pictures)
        column.addWidget(self.count)
        column.addWidget(self.kinds)
        column.addWidget(self.stars)
        column.addWidget(self.tags)
        column.addStretch(1)

    def show_summary(self, summary: Summary) -> None:
        self.count.setText(f"{summary.count:,} selected")
        by_word = []
        for kind, one, many in _KINDS:
            amount = next((n for name, n in summary.kinds.items() if name.lower() in (kind, one, many)), 0)
            if amount:
                by_word.append(f"{amount:,} {one if amount == 1 else many}")
        self.kinds.setText(", ".join(by_word))
        self.stars.show_stars(summary.stars or 0)
        self.tags.show_tags(summary.tags)
        self._pictures.show_items(summary.first)


class _Fan(QWidget):
    """The first dozen as small pictures in rows of six."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._items: tuple[tuple[ItemCard, QImage | None], ...] = ()

    def show_items(self, items: tuple[tuple[ItemCard, QImage | None], ...]) -> None:
        self._items = items
        self.setFixedHeight(0 if not items else (self._edge() + 4) * -(-len(items) // 6))
        self.update()

    def _edge(self) -> int:
        return max(24, (self.width() - 5 * 4) // 6)

    def resizeEvent(self, event: object) -> None:
        self.show_items(self._items)

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        edge = self._edge()
        for place, (card, image) in enumerate(self._items):
            row, column = divmod(place, 6)
            paint_small(painter, self._theme, QRect(column * (edge + 4), row * (edge + 4), edge, edge), card, image)
