"""Two pictures at one scale; zooming or dragging one does the same to the other. Their difference can take the right one's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.collections.full_picture import full_picture
from desktop.collections.image_canvas import ImageCanvas
from desktop.theme import Theme
from desktop.widgets.words import ElidedWords
from engine.values import ItemCard

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.engine import Engine

EDGE = 2048
Found = tuple[ItemCard, QImage]


class PairStage(QWidget):
    """`show_pair` fills both sides; the newest pair asked for wins."""

    def __init__(self, bridge: EngineBridge, theme: Theme) -> None:
        super().__init__()
        self._bridge, self._theme = bridge, theme
        self._images = (QImage(), QImage())
        self._cards: tuple[ItemCard | None, ItemCard | None] = (None, None)
        self.differing = False
        self.canvases = tuple(ImageCanvas(theme.color("mat"), corner=6, margin=24) for _ in range(2))
        self.names = tuple(ElidedWords(theme, role="strong") for _ in range(2))
        self.facts = tuple(ElidedWords(theme, role="small", tone="muted") for _ in range(2))
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 24, 24, 8)
        row.setSpacing(20)
        for canvas, name, fact, side in zip(self.canvases, self.names, self.facts, ("left", "right")):
            canvas.setObjectName(f"pair_{side}")
            canvas.setAccessibleName(f"The {side} picture")
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(canvas, 1)
            column.addSpacing(8)
            column.addWidget(name)
            column.addWidget(fact)
            row.addLayout(column, 1)
        left, right = self.canvases
        left.view_changed.connect(lambda: right.set_view(left.zoom, left.middle))
        right.view_changed.connect(lambda: left.set_view(right.zoom, right.middle))
        theme.changed.connect(self._dress)

    def show_pair(self, a: int, b: int) -> None:
        """Read both and show them, fitted."""

        def question(engine: Engine) -> list[Found]:
            cards = {card.id: card for card in engine.items.cards([a, b])}
            return [(cards[number], full_picture(engine, number, EDGE)) for number in (a, b) if number in cards]

        self._bridge.ask(question, self._show, key="pair pictures")

    def toggle_difference(self) -> None:
        """Between the right picture and what differs from the left one."""
        self.differing = not self.differing
        self._fill()

    def toggle_full_size(self) -> None:
        self.canvases[0].toggle_full_size()

    def _show(self, found: list[Found]) -> None:
        if len(found) < 2:  # one of them left the library meanwhile
            return
        (one, first), (other, second) = found
        self._cards, self._images = (one, other), (first, second)
        for name, fact, card in zip(self.names, self.facts, (one, other)):
            name.setText(card.name)
            size = f"{card.width:,} × {card.height:,}" if card.width and card.height else ""
            fact.setText(" · ".join(part for part in (size, f"“{card.text}”" if card.text else "") if part))
        self._fill()

    def _fill(self) -> None:
        first, second = self._images
        self.canvases[0].show_image(first, keep_view=False)
        shown = difference(first, second) if self.differing else second
        self.canvases[1].show_image(shown, keep_view=False)
        self._dress()

    def _dress(self) -> None:
        dark = self._theme.tokens.dark
        for canvas, card in zip(self.canvases, self._cards):
            second = card is not None and card.mat == (2 if dark else 3)
            canvas.set_ground(self._theme.color("second_mat" if second else "mat"))
        if self.differing:
            self.canvases[1].set_ground(self._theme.color("canvas"))


def difference(first: QImage, second: QImage) -> QImage:
    """How far apart the two are at each point, black where they agree; the second is stretched to the first's shape."""
    if first.isNull() or second.isNull():
        return second
    made = QImage(first.size(), QImage.Format.Format_RGB32)
    made.fill(Qt.GlobalColor.white)
    painter = QPainter(made)
    painter.drawImage(0, 0, first)
    other = QImage(first.size(), QImage.Format.Format_RGB32)
    other.fill(Qt.GlobalColor.white)
    laid = QPainter(other)
    laid.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    laid.drawImage(other.rect(), second)
    laid.end()
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.drawImage(0, 0, other)
    painter.end()
    return made
