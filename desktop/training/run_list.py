"""Earlier runs: how each ended, and what it was."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from desktop.theme import Theme
from engine.values import RunCard

ROW = 28
ICONS = {
    "done": ("ph.check-circle", "success"),
    "running": ("ph.play", "accent"),
    "waiting": ("ph.clock", "muted"),
    "stopped": ("ph.x-circle", "warn"),
    "failed": ("ph.x-circle", "error"),
    "cancelled": ("ph.pause", "muted"),
    "interrupted": ("ph.pause", "warn"),
}
STATES = {"running": "learning", "waiting": "waiting", "done": "done", "stopped": "stopped", "failed": "stopped"}


class RunList(QListWidget):
    """`chosen` names the run at hand."""

    chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._cards: list[RunCard] = []
        self.setObjectName("runs")
        self.setAccessibleName("Runs, newest first")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(self._tell)
        theme.changed.connect(lambda: self.show_cards(self._cards))

    def show_cards(self, cards: list[RunCard]) -> None:
        """The run at hand stays at hand."""
        at, self._cards = self.at_hand, cards
        self.blockSignals(True)
        self.clear()
        for card in cards:
            state = STATES.get(card.state, "can go on")
            item = QListWidgetItem(f"{card.number} · {card.recipe} · {state}")
            icon, token = ICONS.get(card.state, ("ph.circle", "muted"))
            item.setIcon(self._theme.icon(icon, token))
            item.setData(Qt.ItemDataRole.UserRole, card.number)
            item.setToolTip(f"{card.model} on {card.source}\n{card.sentence}".strip())
            item.setSizeHint(QSize(40, ROW))
            self.addItem(item)
            if card.number == at:
                self.setCurrentItem(item)
        self.blockSignals(False)

    @property
    def at_hand(self) -> int | None:
        item = self.currentItem()
        return int(item.data(Qt.ItemDataRole.UserRole)) if item is not None else None

    def choose(self, number: int | None) -> None:
        """Show this run as the one at hand, without telling anyone."""
        self.blockSignals(True)
        self.setCurrentRow(-1)
        for row in range(self.count()):
            if self.item(row).data(Qt.ItemDataRole.UserRole) == number:
                self.setCurrentRow(row)
        self.blockSignals(False)

    def _tell(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(int(item.data(Qt.ItemDataRole.UserRole)))
