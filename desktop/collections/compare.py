"""Two to four pictures side by side; zooming or dragging one does the same to all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop.collections.full_picture import full_picture
from desktop.collections.image_canvas import ImageCanvas
from desktop.theme import Theme
from desktop.widgets.icon_button import IconButton
from desktop.widgets.words import ElidedWords, Words
from engine.values import ItemCard

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.engine import Engine

_EDGE = 4096


class Compare(QWidget):
    """Covers `stage` while open. Sounds and texts are shown by their words, so that mixed selections can be compared too."""

    closed = Signal()

    def __init__(self, bridge: EngineBridge, theme: Theme, stage: QWidget) -> None:
        super().__init__(stage)
        self.setObjectName("compare")
        self.setAccessibleName("Compare")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._bridge, self._theme, self._stage = bridge, theme, stage
        self._ids: tuple[int, ...] = ()
        self._before_focus: QWidget | None = None
        self.canvases: dict[int, ImageCanvas] = {}
        self._words = Words(theme, "", "strong")
        together = Words(theme, "Zoom and drag move all of them", "small", "muted")
        full = IconButton(theme, "ph.magnifying-glass-plus", "100 % (Z)")
        leave = IconButton(theme, "ph.x", "Close (Esc)")
        full.clicked.connect(self.toggle_full_size)
        leave.clicked.connect(self.close_compare)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 4, 8, 4)
        bar.addWidget(self._words)
        bar.addSpacing(8)
        bar.addWidget(together)
        bar.addStretch(1)
        bar.addWidget(full)
        bar.addWidget(leave)
        self._row = QHBoxLayout()
        self._row.setContentsMargins(12, 0, 12, 12)
        self._row.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(bar)
        column.addLayout(self._row, 1)
        stage.installEventFilter(self)
        self.hide()

    def open_items(self, ids: tuple[int, ...]) -> None:
        """Show these items side by side."""
        self._ids = ids
        self._before_focus = self._stage.focusWidget()
        self._words.setText(f"Comparing {len(ids)}")
        while (old := self._row.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.canvases = {}
        for item_id in ids:
            self._row.addWidget(self._cell(item_id), 1)
        self.setGeometry(self._stage.rect())
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._ask_next(list(ids))

    def close_compare(self) -> None:
        self.hide()
        if self._before_focus is not None:
            self._before_focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def toggle_full_size(self) -> None:
        first = next(iter(self.canvases.values()), None)
        if first is not None:
            first.toggle_full_size()

    def _cell(self, item_id: int) -> QWidget:
        cell = QWidget()
        canvas = ImageCanvas(self._theme.color("canvas"))
        canvas.setObjectName(f"comparePicture.{item_id}")
        canvas.view_changed.connect(lambda: self._share_view(canvas))
        name = ElidedWords(self._theme, "", "small", "muted")
        name.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        name.setObjectName(f"compareName.{item_id}")
        column = QVBoxLayout(cell)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(canvas, 1)
        column.addWidget(name)
        self.canvases[item_id] = canvas
        return cell

    def _ask_next(self, left: list[int]) -> None:
        """One after the other, so that reading large pictures leaves room for other questions."""
        if not left or not self.isVisible():
            return
        item_id = left.pop(0)

        def question(engine: Engine) -> tuple[ItemCard, QImage]:
            card = engine.items.cards([item_id])[0]
            return card, full_picture(engine, item_id, _EDGE) if card.kind == "image" else QImage()

        def answer(found: tuple[ItemCard, QImage]) -> None:
            self._show(found)
            self._ask_next(left)

        self._bridge.ask(question, answer, key="compare")

    def _show(self, answer: tuple[ItemCard, QImage]) -> None:
        card, image = answer
        canvas = self.canvases.get(card.id)
        if canvas is None:
            return
        canvas.show_image(image)
        label = self.findChild(ElidedWords, f"compareName.{card.id}")
        if label is not None:
            size = f" · {card.width:,} × {card.height:,}" if card.width and card.height else ""
            label.setText(card.name + size if card.kind == "image" else f"{card.name}: {card.text or 'a sound'}")

    def _share_view(self, source: ImageCanvas) -> None:
        """The others take the same zoom and the same place of the picture."""
        for canvas in self.canvases.values():
            if canvas is not source:
                canvas.set_view(source.zoom, source.middle)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._stage and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._stage.rect())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_compare()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color("canvas"))
