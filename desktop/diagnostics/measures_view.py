"""Numbers with their good ranges, one row each: what it is, the number, where it lies, the verdict in a word."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.diagnostics.range_bar import RangeBar
from desktop.theme import Theme
from desktop.widgets.icon_label import IconLabel
from desktop.widgets.rule import Rule
from desktop.widgets.words import Words
from engine.evidence import Measure, Measures

NAME, FIGURE, VERDICT = 220, 84, 128


class MeasuresView(QWidget):
    """A `Measures` part."""

    def __init__(self, theme: Theme, part: Measures) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(Words(theme, part.title, "heading"))
        head.addWidget(Words(theme, part.note, "small", "muted"), 1, Qt.AlignmentFlag.AlignRight)
        column.addLayout(head)
        column.addSpacing(8)
        for measure in part.measures:
            column.addWidget(Rule())
            column.addWidget(_Row(theme, measure))
        column.addWidget(Rule())


class _Row(QWidget):
    def __init__(self, theme: Theme, measure: Measure) -> None:
        super().__init__()
        self.setObjectName(f"measure_{measure.name}")
        told = QVBoxLayout()
        told.setSpacing(0)
        told.addWidget(Words(theme, measure.title, "strong"))
        told.addWidget(Words(theme, measure.says, "small", "muted", wrap=True))
        named = QWidget()
        named.setFixedWidth(NAME)
        named.setLayout(told)
        told.setContentsMargins(0, 0, 0, 0)
        figure = Words(theme, written(measure), "strong")
        figure.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        figure.setFixedWidth(FIGURE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(16)
        row.addWidget(named)
        row.addWidget(figure)
        row.addWidget(RangeBar(theme, measure) if measure.value is not None else QWidget(), 1)
        pill = VerdictPill(theme, measure)
        held = QWidget()
        held.setFixedWidth(VERDICT)
        right = QHBoxLayout(held)
        right.setContentsMargins(0, 0, 0, 0)
        right.addWidget(pill, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(held)


class VerdictPill(QFrame):
    """An icon and a word on the ground of the outcome; nothing for a number without a good range."""

    def __init__(self, theme: Theme, measure: Measure) -> None:
        super().__init__()
        self._theme = theme
        token, icon = {"good": ("success", "ph.check-circle"), "look": ("warn", "ph.warning")}.get(
            measure.verdict, ("", "")
        )
        self.setVisible(bool(token))
        self.setProperty("verdict", token)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 1, 7, 1)
        row.setSpacing(4)
        if token:
            row.addWidget(IconLabel(theme, icon, token, 14))
            row.addWidget(Words(theme, measure.word or measure.verdict, "small", token))


def written(measure: Measure) -> str:
    """The number as people read it: whole where it counts something, else three figures; “–” where there is none."""
    if measure.value is None:
        return "–"
    value = measure.value
    text = f"{value:,.0f}" if value == int(value) or abs(value) >= 1000 else f"{value:.3g}"
    unit = "\u202f" + measure.unit.strip() if measure.unit.strip() else ""
    return text.replace("-", "−") + unit
