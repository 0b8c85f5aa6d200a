"""Blind pairs within limits, fetched by page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.diagnostics.pair_review import PairReview
    from engine.evidence import BlindPair

PAGE = 50
_ANY = QModelIndex()


class PairModel(QAbstractListModel):
    """`total` pairs lie within the limits; `arrived` tells when the first of them, or more of them, are here."""

    arrived = Signal()

    def __init__(self, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._review: PairReview | None = None
        self._limits = (0.95, 0.6)
        self._fetching = False
        self.pairs: list[BlindPair] = []
        self.total = 0

    def show(self, review: PairReview, above: float, below: float) -> None:
        """Begin anew with these limits."""
        self._review, self._limits = review, (above, below)
        self._fetching = True

        def question(_: object) -> tuple[int, list[BlindPair]]:
            return review.listed(above, below), review.page(above, below, 0, PAGE)

        def take(answer: tuple[int, list[BlindPair]]) -> None:
            self.beginResetModel()
            self.total, self.pairs = answer
            self.endResetModel()
            self._fetching = False
            self.arrived.emit()

        self._bridge.ask(question, take, key="pairs")

    def put(self, row: int, pair: BlindPair) -> None:
        """What is known of one pair changed."""
        self.pairs[row] = pair
        self.dataChanged.emit(self.index(row), self.index(row))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _ANY) -> int:
        return 0 if parent.isValid() else len(self.pairs)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        pair = self.pairs[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return pair
        if role == Qt.ItemDataRole.AccessibleTextRole:
            said = {"differ": ", they differ", "same": ", the same thing", "unsure": ", cannot tell"}
            return f"Pair {index.row() + 1}: {pair.clip:.3f} and {pair.vision:.3f}{said.get(pair.verdict or '', '')}"
        return None

    def canFetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> bool:
        return not parent.isValid() and len(self.pairs) < self.total and not self._fetching

    def fetchMore(self, parent: QModelIndex | QPersistentModelIndex) -> None:
        review, (above, below), first = self._review, self._limits, len(self.pairs)
        if review is None or self._fetching:
            return
        self._fetching = True

        def take(more: list[BlindPair]) -> None:
            self._fetching = False
            if more and first == len(self.pairs):
                self.beginInsertRows(_ANY, first, first + len(more) - 1)
                self.pairs += more
                self.endInsertRows()
                self.arrived.emit()

        self._bridge.ask(lambda _: review.page(above, below, first, PAGE), take, key="more pairs")
