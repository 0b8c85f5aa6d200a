"""What to learn from: the selection, what Explore shows, everything with captions, or a caption table; and what that holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QVBoxLayout, QWidget

from desktop import wording
from desktop.theme import Theme
from desktop.widgets.words import Words
from engine.values import Filter, LearnFrom, PairsCard

CHOICES = (
    ("all", "Everything with captions"),
    ("shown", "What Explore shows"),
    ("selected", "The selection"),
    ("table", "A caption table…"),
)


class PairsChoice(QWidget):
    """`changed` when another choice was made. `scope` turns “all”, “shown”, “selected” into a filter."""

    changed = Signal()

    def __init__(self, theme: Theme, scope: Callable[[str], Filter]) -> None:
        super().__init__()
        self._scope = scope
        self._table: Path | None = None
        self._before = 0
        self.box = QComboBox()
        self.box.setAccessibleName("Learn from")
        for key, words in CHOICES:
            self.box.addItem(words, key)
        self.box.activated.connect(self._take)
        self.survey = Words(theme, role="small", tone="muted", wrap=True)
        self.survey.setObjectName("survey")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.box)
        column.addWidget(self.survey)

    def learn_from(self) -> LearnFrom:
        key = self.box.currentData()
        if key == "table":
            return LearnFrom(table=str(self._table))
        return LearnFrom(filter=self._scope(str(key)))

    def use_table(self, table: Path) -> None:
        """Learn from this table."""
        self._table = table
        self.box.setCurrentIndex(self.box.findData("table"))
        self.box.setItemText(self.box.currentIndex(), table.name)
        self._before = self.box.currentIndex()
        self.changed.emit()

    def show_card(self, card: PairsCard) -> None:
        self.survey.setText(told(card))

    def show_trouble(self, sentence: str) -> None:
        self.survey.setText(sentence)

    def _take(self, place: int) -> None:
        if self.box.itemData(place) == "table":
            name, _ = QFileDialog.getOpenFileName(
                self, "A caption table", "", "Tables (*.csv *.tsv *.jsonl *.ndjson);;All files (*)"
            )
            if not name:
                self.box.setCurrentIndex(self._before)
                return
            self.use_table(Path(name))
            return
        self._before = place
        self.changed.emit()


def told(card: PairsCard) -> str:
    """Counts, languages, and what is missing, in a few lines."""
    pairs = card.files - card.without_captions
    lines = [f"{wording.count(pairs, 'picture')} with {wording.count(card.captions, 'caption')}"]
    languages = [f"{code or 'not told'} {wording.count(number)}" for code, number in card.languages[:5]]
    if languages:
        lines.append("Languages: " + ", ".join(languages))
    if card.classes:
        lines.append(f"{wording.count(len(card.classes), 'class', 'classes')}, the largest “{card.classes[0][0]}”")
    left = [
        (card.without_captions, "without words"),
        (len(card.missing), "not there"),
        (card.doubles, "said twice"),
        (card.hidden, "hidden, left out"),
    ]
    if some := [f"{wording.count(number)} {words}" for number, words in left if number]:
        lines.append(", ".join(some))
    return "\n".join(lines)
