"""The installed models as a table: name, kinds, languages, measured speed and memory, licence, size, spaces."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from desktop import wording
from desktop.theme import Theme
from engine.values import ModelCard

COLUMNS = ("Name", "", "Kinds", "Languages", "Speed here", "Memory", "Licence", "Size", "Spaces")
NAME, IN_USE, LANGUAGES = 0, 1, 3
_RIGHT = (4, 5, 7, 8)
KIND_WORDS = {"image": "images", "audio": "sounds", "text": "texts"}
CARD = Qt.ItemDataRole.UserRole


class ModelsTable(QTableWidget):
    """Arrows walk, Enter uses, Delete asks to remove."""

    chosen = Signal(object)  # ModelCard | None
    use_asked = Signal()
    removal_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__(0, len(COLUMNS))
        self._theme = theme
        self.setObjectName("models_table")
        self.setAccessibleName("Installed models")
        self.setHorizontalHeaderLabels(COLUMNS)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(34)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(40)
        header.setSectionResizeMode(LANGUAGES, QHeaderView.ResizeMode.Stretch)
        for column in _RIGHT:
            title = self.horizontalHeaderItem(column) or QTableWidgetItem()
            title.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.currentCellChanged.connect(lambda *_: self.chosen.emit(self.card()))
        self.itemDoubleClicked.connect(lambda _: self.use_asked.emit())

    def card(self) -> ModelCard | None:
        """The model at hand."""
        item = self.item(self.currentRow(), NAME)
        return item.data(CARD) if item is not None else None

    def show_cards(self, cards: Sequence[ModelCard]) -> None:
        """Fill the table; the row at hand stays at hand."""
        before = self.card()
        self.blockSignals(True)
        self.setRowCount(len(cards))
        for row, card in enumerate(cards):
            for column, words in enumerate(row_words(card)):
                item = QTableWidgetItem(words)
                if column in _RIGHT:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                if column == NAME:
                    item.setData(CARD, card)
                    item.setFont(self._theme.font("strong"))
                elif column == IN_USE:
                    item.setForeground(self._theme.color("accent"))
                    item.setFont(self._theme.font("strong"))
                else:
                    item.setForeground(self._theme.color("muted"))
                self.setItem(row, column, item)
        self.blockSignals(False)
        wanted = before.key if before is not None else next((card.key for card in cards if card.in_use), None)
        place = next((row for row, card in enumerate(cards) if card.key == wanted), 0)
        if cards:
            self.setCurrentCell(place, NAME)
        self.chosen.emit(self.card())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.use_asked.emit()
        elif event.key() == Qt.Key.Key_Delete:
            self.removal_asked.emit()
        else:
            super().keyPressEvent(event)


def row_words(card: ModelCard) -> tuple[str, ...]:
    """What the columns say of a model; a figure nobody measured yet is a dash."""
    kinds = ", ".join(KIND_WORDS[kind] for kind in card.kinds)
    languages = ", ".join(card.languages[:3]) + (f" +{len(card.languages) - 3}" if len(card.languages) > 3 else "")
    speed = " · ".join(f"{rate:,.0f} {KIND_WORDS.get(kind, kind)}/s" for kind, rate in card.items_per_second.items())
    return (
        card.name,
        "In use" if card.in_use else "",
        kinds,
        languages or "–",
        speed or "–",
        wording.size(card.memory_bytes) if card.memory_bytes else "–",
        card.licence or "–",
        wording.size(card.bytes),
        wording.count(card.spaces),
    )
