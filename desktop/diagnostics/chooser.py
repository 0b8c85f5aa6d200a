"""The diagnostics there are, and of each the newest report, if there is one."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop import wording
from desktop.theme import Theme
from engine.evidence import DiagnosticCard, ReportCard

ROW = 52
_NAME, _TITLE, _NOTE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2


class Chooser(QListWidget):
    """`chosen` names the diagnostic at hand, by key or mouse; `wanted` when it is asked for with Enter."""

    chosen = Signal(str)
    wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("diagnostics")
        self.setAccessibleName("What can be measured")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setItemDelegate(_Row(theme, self))
        self.currentItemChanged.connect(self._tell)
        self.itemActivated.connect(lambda item: self.wanted.emit(item.data(_NAME)))
        theme.changed.connect(self.viewport().update)

    def show_cards(self, cards: list[DiagnosticCard], newest: dict[str, ReportCard]) -> None:
        """The row at hand stays at hand."""
        at = self.at_hand
        self.blockSignals(True)
        self.clear()
        for card in cards:
            report = newest.get(card.name)
            item = QListWidgetItem(title_of(card.name))
            item.setData(_NAME, card.name)
            item.setData(_TITLE, card.title)
            item.setData(_NOTE, wording.date(report.made_at) if report is not None else "")
            item.setToolTip(card.title)
            item.setSizeHint(QSize(40, ROW))
            self.addItem(item)
        self.blockSignals(False)
        self.choose(at or (cards[0].name if cards else ""))

    def choose(self, name: str) -> None:
        for row in range(self.count()):
            if self.item(row).data(_NAME) == name:
                self.setCurrentRow(row)

    def _tell(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_NAME))

    @property
    def at_hand(self) -> str:
        item = self.currentItem()
        return item.data(_NAME) if item is not None else ""


class _Row(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(40, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        place: QRect = option.rect  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        painter.save()
        on = bool(state & QStyle.StateFlag.State_Selected)
        if on or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place, self._theme.color("selection" if on else "hover"))
        if on:
            painter.fillRect(QRect(place.left(), place.top(), 2, place.height()), self._theme.color("accent"))
        line = place.adjusted(16, 8, -12, 0)
        note = index.data(_NOTE)
        painter.setFont(self._theme.font("caption"))
        wide = painter.fontMetrics().horizontalAdvance(note)
        painter.setPen(self._theme.color("muted"))
        painter.drawText(line, int(Qt.AlignmentFlag.AlignRight), note)
        painter.setFont(self._theme.font("strong"))
        painter.setPen(self._theme.color("text"))
        _draw(painter, line.adjusted(0, 0, -wide - 8, 0), index.data(Qt.ItemDataRole.DisplayRole))
        painter.setFont(self._theme.font("small"))
        painter.setPen(self._theme.color("muted"))
        _draw(painter, line.adjusted(0, 18, 0, 0), index.data(_TITLE))
        painter.restore()


def title_of(name: str) -> str:
    """`space_health` as “Space health”."""
    return name.replace("_", " ").capitalize()


def _draw(painter: QPainter, box: QRect, words: str) -> None:
    shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, box.width())
    painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine), shown)
