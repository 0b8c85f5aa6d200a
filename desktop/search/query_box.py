"""The one search field: words as you type, chips for what was settled, pictures and sounds dropped or pasted into it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QFontMetrics,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from desktop.actions import ActionRegistry
from desktop.search.brought import Brought, brought, keep_picture
from desktop.search.chip import Chip
from desktop.search.weight_field import HEAVIEST, LIGHTEST, STEP
from desktop.search.wording import query_words, term_words
from desktop.selection import SelectionModel
from desktop.shown import Shown
from desktop.theme import Theme
from desktop.widgets.ask_line import AskLine
from desktop.widgets.icon_button import IconButton
from engine.values import Filter, ItemCard, Query, Term

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.engine import Engine

_TYPING_MS = 100
_WIDEST, _NARROWEST = 150, 24  # pixels of words in a chip
_AROUND_WORDS, _PICTURE = 54, 24  # pixels of a chip beside its words, and for its picture
_REST = 150  # pixels of the field for everything but chips
_FEW = 2  # so few chips have room for their weights
_HINT = "Search by words, or paste or drop a picture or a sound"


class QueryBox(QWidget):
    """Holds chips and the words being typed; both together are the search, run 100 ms after the last key."""

    left = Signal()  # Escape in an empty field: back to the items

    def __init__(
        self,
        bridge: EngineBridge,
        theme: Theme,
        actions: ActionRegistry,
        shown: Shown,
        selection: SelectionModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("queryBox")
        self.setFixedHeight(32)
        self.setAcceptDrops(True)
        self._bridge, self._theme, self._shown, self._selection = bridge, theme, shown, selection
        self._terms: tuple[Term, ...] = ()  # the chips
        self._typed: tuple[Term, ...] = ()  # what the words being typed mean
        self._names: dict[int, str] = {}
        self._dropping = False
        self._warm = False
        self._icon = QLabel()
        self.edit = QLineEdit()
        self.edit.setObjectName("searchField")
        self.edit.setAccessibleName("Search")
        self.edit.setProperty("bare", "true")
        self.edit.setAcceptDrops(False)
        self.edit.setMinimumWidth(40)
        self.edit.installEventFilter(self)
        self._key_hint = QLabel("/")
        self._key_hint.setProperty("key", "true")
        self._key_hint.setFixedHeight(20)
        self.star = IconButton(theme, "ph.star", "Save this search as a smart collection", small=True)
        self.star.setObjectName("saveSearch")
        self.star.clicked.connect(self.ask_to_save)
        self._chips: list[Chip] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(11, 0, 8, 0)
        self._row.setSpacing(8)
        self._row.addWidget(self._icon)
        self._row.addWidget(self.edit, 1)
        self._row.addWidget(self._key_hint)
        self._row.addWidget(self.star)
        self._pause = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._pause.timeout.connect(self._read_typed)
        self.edit.textEdited.connect(self._on_edited)
        self.edit.returnPressed.connect(self.settle)
        shown.asked.connect(self._follow)
        theme.changed.connect(self._dress)
        actions.add("search.focus", "Search", ("/",), "Search", self.take_focus, icon="ph.magnifying-glass")
        actions.add(
            "search.save", "Save search as smart collection…", (), "Search", self.ask_to_save,
            icon="ph.bookmark-simple", enabled=lambda: shown.query is not None or shown.is_filtered,
        )  # fmt: skip
        actions.add(
            "search.paste",
            "Search for what is on the clipboard",
            ("Ctrl+V",),
            "Search",
            self.paste,
            icon="ph.clipboard",
        )
        actions.add(
            "search.clear",
            "Clear search",
            (),
            "Search",
            self.clear,
            icon="ph.x",
            enabled=lambda: shown.query is not None,
        )
        self._dress()

    # what others may do

    def take_focus(self) -> None:
        """Put the cursor into the field."""
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.edit.selectAll()

    def _warm_up(self) -> None:
        """Load the model while the first words are being typed."""
        if not self._warm:
            self._warm = True
            self._bridge.ask(lambda engine: engine.search.warm(), _nothing, key="warm", failed=_nothing)

    def add(self, terms: tuple[Term, ...]) -> None:
        """Add chips and search."""
        self._terms = (*self._terms, *terms)
        self._rebuild()
        self._search()

    def clear(self) -> None:
        """End the search."""
        self._pause.stop()
        self.edit.clear()
        self._terms = self._typed = ()
        self._rebuild()
        self._search()

    def settle(self) -> None:
        """Make chips of the words typed, and filters of words such as `tag:book`."""
        self._pause.stop()
        text = self.edit.text().strip()
        if text:
            self._bridge.ask(lambda engine: engine.search.parse(text), self._take_settled, key="parse")

    def ask_to_save(self) -> None:
        """Ask for a name and keep the search, with its filters, as a smart collection."""
        request = self._shown.request
        if request == Query():
            return
        name = query_words(request) or "Filtered items"
        panel = AskLine(
            self._theme,
            self,
            "Name of the smart collection",
            lambda text: self._save(text, request),
            before="",
            button="Save",
        )
        panel.field.setText(name)
        panel.field.selectAll()
        panel.open_at(self.mapToGlobal(self.rect().bottomRight()) - _beside(panel))

    def _save(self, name: str, request: Query) -> None:
        self._bridge.act(lambda engine: engine.marks.save_search(name, request))

    # typing

    def _on_edited(self) -> None:
        self._show_hints()
        self._pause.start()

    def _read_typed(self) -> None:
        text = self.edit.text().strip()
        if not text:
            self._typed = ()
            self._search()
            return
        self._bridge.ask(lambda engine: engine.search.parse(text), self._take_typed, key="parse")

    def _take_typed(self, query: Query) -> None:
        self._typed = query.terms
        self._search()

    def _take_settled(self, query: Query) -> None:
        self.edit.clear()
        self._typed = ()
        self._terms = (*self._terms, *query.terms)
        self._rebuild()
        self._shown.set_query(Query(self._terms, _joined(self._shown.filter, query.filter)))

    def _search(self) -> None:
        self._shown.set_query(Query((*self._terms, *self._typed)))

    def _follow(self) -> None:
        """Something else set the search (a saved one, “like this”): show its parts."""
        terms = self._shown.query.terms if self._shown.query else ()
        if terms != (*self._terms, *self._typed):
            self._pause.stop()
            self._terms, self._typed = terms, ()
            self.edit.clear()
            self._rebuild()
        self._show_hints()

    # chips

    def _rebuild(self) -> None:
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for place in range(len(self._terms)):
            chip = self._new_chip(place, self._names.get(self._terms[place].item_id or 0))
            self._row.insertWidget(1 + place, chip)
            chip.show()  # at once, so that it can take the focus
            self._chips.append(chip)
        self._name_items()
        self._show_hints()

    def _new_chip(self, place: int, name: str | None = None) -> Chip:
        chip = Chip(self._theme, self._terms[place], name, self._widest(), show_weight=len(self._terms) <= _FEW)
        chip.removed.connect(lambda: self._remove(place))
        chip.flipped.connect(lambda: self._change(place, -self._terms[place].weight))
        chip.weighed.connect(lambda steps: self._weigh(place, steps))
        chip.walked.connect(lambda step: self._walk(place + step))
        return chip

    def _widest(self) -> int:
        """How wide the words of a chip may be so that all chips and some room to type fit into the field."""
        metrics = QFontMetrics(self._theme.font("body"))
        known = [self._names.get(t.item_id or 0) for t in self._terms]
        natural = [metrics.horizontalAdvance(term_words(t, n)) for t, n in zip(self._terms, known)]
        around = sum(_AROUND_WORDS + (_PICTURE if t.words is None else 0) for t in self._terms)
        room = self.width() - _REST - around
        widest = _WIDEST
        while widest > _NARROWEST and sum(min(n, widest) for n in natural) > room:
            widest -= 6
        return widest

    @property
    def chips(self) -> tuple[Chip, ...]:
        return tuple(self._chips)

    def _name_items(self) -> None:
        """Chips of items get their name and a small picture once the library answered."""
        ids = [term.item_id for term in self._terms if term.item_id is not None]
        if not ids:
            return

        def question(engine: Engine) -> list[tuple[ItemCard, QImage]]:
            found = []
            for card in engine.items.cards(ids):
                data = engine.thumbnails.get(card.id, 96) if card.kind == "image" else None
                found.append((card, QImage.fromData(data) if data else QImage()))
            return found

        self._bridge.ask(question, self._show_names, key="chips")

    def _show_names(self, found: list[tuple[ItemCard, QImage]]) -> None:
        known = {card.id: (card, image) for card, image in found}
        for place, term in enumerate(self._terms):
            if term.item_id not in known or place >= len(self._chips):
                continue
            card, image = known[term.item_id]
            had_focus = self._chips[place].hasFocus()
            self._replace_chip(place, card.name, image)
            if had_focus:
                self._walk(place)

    def _replace_chip(self, place: int, name: str, image: QImage) -> None:
        old = self._chips[place]
        self._names[self._terms[place].item_id or 0] = name
        chip = self._new_chip(place, name)
        if not image.isNull():
            chip.show_picture(image)
        self._row.replaceWidget(old, chip)
        chip.show()
        old.hide()
        old.deleteLater()
        self._chips[place] = chip

    def _remove(self, place: int) -> None:
        self._terms = (*self._terms[:place], *self._terms[place + 1 :])
        self._rebuild()
        self._walk(place)
        self._search()

    def _change(self, place: int, weight: float) -> None:
        changed = replace(self._terms[place], weight=round(weight, 2))
        self._terms = (*self._terms[:place], changed, *self._terms[place + 1 :])
        self._rebuild()
        self._walk(place)
        self._search()

    def _weigh(self, place: int, steps: float) -> None:
        weight = self._terms[place].weight
        size = min(HEAVIEST, max(LIGHTEST, abs(weight) + steps * STEP))
        self._change(place, size if weight > 0 else -size)

    def _walk(self, place: int) -> None:
        if place < 0:
            place = 0
        if place < len(self._chips):
            self._chips[place].setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    # keys in the field

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.edit:
            if event.type() == QEvent.Type.FocusIn:
                self._warm_up()
            if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
                self._show_hints()
                self.update()
            elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
                return self._take_key(event)
        return super().eventFilter(watched, event)

    def _take_key(self, event: QKeyEvent) -> bool:
        at_start = self.edit.cursorPosition() == 0 and not self.edit.hasSelectedText()
        if event.key() == Qt.Key.Key_Escape:
            if self.edit.text() or self._terms:
                self.clear()
            else:
                self.left.emit()
            return True
        if event.key() == Qt.Key.Key_Backspace and not self.edit.text() and self._terms:
            self._remove(len(self._terms) - 1)
            self.edit.setFocus()
            return True
        if event.key() == Qt.Key.Key_Left and at_start and self._chips:
            self._walk(len(self._chips) - 1)
            return True
        if event.key() == Qt.Key.Key_Down and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.left.emit()
            return True
        if event.matches(QKeySequence.StandardKey.Paste):
            return self._take(brought(QGuiApplication.clipboard().mimeData()), typed=True)
        return False

    # dropping and pasting

    def paste(self) -> None:
        """Search for what is on the clipboard."""
        self._take(brought(QGuiApplication.clipboard().mimeData()), typed=False)

    def _take(self, found: Brought, *, typed: bool) -> bool:
        """Use what was brought; words that are pasted while typing are left to the field itself."""
        if found.terms:
            self.add(found.terms)
        elif found.picture is not None:
            image = found.picture
            self._bridge.ask(lambda _engine: keep_picture(image), lambda path: self.add((Term(path=path),)))
        elif found.words and not typed:
            self.edit.setText(found.words)
            self._on_edited()
        else:
            return False
        return True

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        if data.hasUrls() or data.hasImage() or data.hasText() or data.formats():
            self._dropping = True
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.update()

    def dragLeaveEvent(self, event: object) -> None:
        self._dropping = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        self._dropping = False
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._take(brought(event.mimeData()), typed=False)
        self.update()

    # look

    def _show_hints(self) -> None:
        empty = not self._terms and not self.edit.text()
        self.edit.setPlaceholderText(_HINT if not self._terms else "")
        self._key_hint.setVisible(empty and not self.edit.hasFocus())
        self.star.setVisible(not empty or self._shown.is_filtered)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.edit.hasFocus() or self._dropping or any(chip.hasFocus() for chip in self._chips)
        width = 2 if focused else 1
        painter.setPen(QPen(self._theme.color("accent" if focused else "control"), width))
        painter.setBrush(self._theme.color("raised"))
        inset = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), 5, 5)

    def _dress(self) -> None:
        self._icon.setPixmap(self._theme.icon("ph.magnifying-glass").pixmap(QSize(16, 16)))
        self.edit.setFont(self._theme.font("body"))
        self._show_hints()
        self.update()


def _joined(old: Filter, new: Filter) -> Filter:
    """The old filter with the new one's conditions over it."""
    nothing = Filter()
    told = {f.name: getattr(new, f.name) for f in fields(Filter) if getattr(new, f.name) != getattr(nothing, f.name)}
    return replace(old, **told)


def _nothing(_answer: object) -> None:
    """Whatever came of it: a search says itself what is missing."""


def _beside(panel: QWidget) -> QPoint:
    return QPoint(panel.sizeHint().width(), -4)
