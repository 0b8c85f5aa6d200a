"""Inspector part: what is most alike, of all kinds, and the words the model would use. Asks once an item has stayed a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.collections.alike_list import AlikeList
from desktop.collections.word_bars import WordBars
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.words import Words
from engine.errors import UserFixable
from engine.values import Neighbour

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.engine import Engine

_QUIET_MS = 120  # neighbours are asked for once the current item has stayed this long
_MODEL_MS = 900  # words, for which the model may have to be loaded first, once it has stayed this long
_ALIKE, _WORDS = 10, 5
_NOT_INDEXED = "Not indexed yet, so nothing can be compared."


@dataclass(frozen=True, eq=False)
class _Alike:
    item_id: int
    neighbours: tuple[Neighbour, ...]
    pictures: dict[int, QImage]
    ready: bool
    trouble: str = ""


class AlikePart(QWidget):
    """`show_item` begins anew; answers for an item that is no longer the one are dropped."""

    chosen = Signal(int)
    menu_wanted = Signal(int, object)

    def __init__(self, bridge: EngineBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._item: int | None = None
        self.list = AlikeList(theme)
        self.list.chosen.connect(self.chosen)
        self.list.menu_wanted.connect(self.menu_wanted)
        self.state = Words(theme, "", "small", "muted", wrap=True)
        self.state.setObjectName("alikeState")
        self.index_next = Button(theme, "Index next", self._index_next)
        self.words = WordBars(theme)
        self._words_part = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(_rule())
        column.addLayout(_head(theme, "Most alike", "cosine, all kinds"))
        column.addWidget(self.list)
        column.addWidget(self.state)
        column.addWidget(self.index_next, 0, Qt.AlignmentFlag.AlignLeft)
        words = QVBoxLayout(self._words_part)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(6)
        words.addWidget(_rule())
        words.addLayout(_head(theme, "Nearest words", "what the model would call it"))
        words.addWidget(self.words)
        column.addWidget(self._words_part)
        self._quiet = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._quiet.timeout.connect(self._ask)
        self._longer = QTimer(self, singleShot=True, interval=_MODEL_MS)
        self._longer.timeout.connect(self._ask_words)
        self._clear()

    def show_item(self, item_id: int) -> None:
        """Ask anew for an item."""
        self._item = item_id
        self._clear()
        self._quiet.start()
        self._longer.stop()

    def refresh_if_empty(self) -> None:
        """Vectors came: what could not be compared before may be comparable now."""
        if self._item is not None and not self.list.count():
            self._quiet.start()

    def _clear(self) -> None:
        self.list.show_neighbours((), {})
        self.words.show_words(())
        self._words_part.hide()
        self.index_next.hide()
        self.state.setText("Finding what is most alike…")
        self.state.show()

    def _ask(self) -> None:
        item_id = self._item
        if item_id is None or not self.isVisible():
            return

        def question(engine: Engine) -> _Alike:
            try:
                neighbours = tuple(engine.search.neighbours(item_id, _ALIKE))
            except UserFixable as fault:
                return _Alike(item_id, (), {}, False, fault.what)
            pictures = {}
            for neighbour in neighbours:
                data = engine.thumbnails.get(neighbour.card.id, 96) if neighbour.card.kind == "image" else None
                if data:
                    pictures[neighbour.card.id] = QImage.fromData(data)
            return _Alike(item_id, neighbours, pictures, engine.search.ready)

        self._bridge.ask(question, self._show, key=f"alike {id(self)}", failed=self._say_trouble)

    def _show(self, alike: _Alike) -> None:
        if alike.item_id != self._item:
            return
        self.list.show_neighbours(alike.neighbours, alike.pictures)
        unindexed = not alike.neighbours
        self.state.setVisible(unindexed)
        self.state.setText(alike.trouble or _NOT_INDEXED)
        self.index_next.setVisible(unindexed and (not alike.trouble or alike.trouble == _NOT_INDEXED))
        if not unindexed:
            self._ask_words() if alike.ready else self._longer.start()

    def _ask_words(self) -> None:
        item_id = self._item
        if item_id is None or not self.isVisible():
            return

        def question(engine: Engine) -> tuple[int, tuple[tuple[str, float], ...]]:
            try:
                return item_id, tuple(engine.search.nearest_words(item_id, _WORDS))
            except UserFixable:  # a model that cannot read words has none
                return item_id, ()

        self._bridge.ask(question, self._show_words, key=f"nearest words {id(self)}", failed=self._say_trouble)

    def _show_words(self, answer: tuple[int, tuple[tuple[str, float], ...]]) -> None:
        item_id, words = answer
        if item_id == self._item:
            self.words.show_words(words)
            self._words_part.setVisible(bool(words))

    def _say_trouble(self, fault: Exception) -> None:
        self.state.setText(f"What is most alike cannot be shown: {fault}")
        self.state.show()

    def _index_next(self) -> None:
        from engine.workflows.encode_missing import EncodeMissing

        self._bridge.submit(EncodeMissing())

    def showEvent(self, event: object) -> None:
        self.refresh_if_empty()


def _rule() -> QFrame:
    rule = QFrame()
    rule.setProperty("rule", "true")
    return rule


def _head(theme: Theme, title: str, note: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(Words(theme, title, "strong"))
    row.addStretch(1)
    row.addWidget(Words(theme, note, "small", "muted"))
    return row
