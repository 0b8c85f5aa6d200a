"""Qt table model over what is shown: rows are items, cells come from cards that are fetched as they are looked at."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop.itemmodels.columns import COLUMNS, Column
from desktop.shown import Shown
from engine.values import ItemCard

CARD = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_BAND_WORDS = {"likely": "● Likely", "unsure": "◐ Unsure", "unlikely": "○ Unlikely", "none": ""}
_FOUND_WORDS = {1: "meaning", 2: "words", 3: "both"}


class ItemTable(QAbstractTableModel):
    """`ids` in the order of `Shown`; a row whose card is not here yet is empty and filled when the card arrives."""

    def __init__(self, shown: Shown, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self.ids: np.ndarray = shown.ids
        shown.cards.arrived.connect(self._take_cards)

    def item_at(self, row: int) -> int:
        return int(self.ids[row])

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.ids)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if COLUMNS[section].figures else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        card = self._shown.cards.card(self.item_at(index.row()))
        if role == CARD:
            return card
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column.figures else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if card is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(card, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return card.path if column.key == "folder" else self._words(card, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{column.title}: {self._words(card, column)}"
        return None

    def _words(self, card: ItemCard, column: Column) -> str:
        if column.key in ("score", "band", "found"):
            hit = self._shown.score_of(card.id)
            if hit is None:
                return ""
            if column.key == "band":
                return _BAND_WORDS[hit[1]]
            if column.key == "found":
                return _FOUND_WORDS.get(self._shown.found_by(card.id), "")
            return "" if np.isnan(hit[0]) else f"{hit[0]:.3f}"
        return column.words(card)

    def take_shown(self) -> None:
        """Show what `Shown` has now; the view says when."""
        self.beginResetModel()
        self.ids = self._shown.ids
        self.endResetModel()

    def _take_cards(self) -> None:
        if len(self.ids):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.ids) - 1, len(COLUMNS) - 1))
