"""What to do about what was found, each with the button that does it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.icon_label import IconLabel
from desktop.widgets.rule import Rule
from desktop.widgets.words import Words
from engine.evidence import Advice

WIDTH = 272
Answers = Callable[[Advice], list[tuple[str, str, Callable[[], object]]]]  # words, icon, what it does


class AdvicePanel(QScrollArea):
    """`answers` gives the buttons of one piece of advice."""

    def __init__(self, theme: Theme, answers: Answers) -> None:
        super().__init__()
        self._theme, self._answers = theme, answers
        self.setObjectName("advice")
        self.setAccessibleName("What to do about it")
        self.setFixedWidth(WIDTH)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)

    def show_advice(self, advice: tuple[Advice, ...], left_out: tuple[str, ...]) -> None:
        """Advice first, then what could not be measured."""
        held = QWidget()
        held.setProperty("ground", "surface")
        held.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(held)
        column.setContentsMargins(18, 18, 16, 16)
        column.setSpacing(10)
        if advice:
            column.addWidget(Words(self._theme, "What to do about it", "heading"))
        for number, one in enumerate(advice):
            if number:
                column.addWidget(Rule())
            column.addWidget(self._one(one))
        if not advice:
            column.addWidget(Words(self._theme, "Nothing to do about this.", "heading"))
            column.addWidget(Words(self._theme, "No number lies outside its good range.", tone="muted", wrap=True))
        if left_out:
            column.addWidget(Rule())
            column.addWidget(Words(self._theme, "Left out", "strong"))
            for sentence in left_out:
                column.addWidget(Words(self._theme, sentence, "small", "muted", wrap=True))
        column.addStretch(1)
        self.setWidget(held)

    def _one(self, advice: Advice) -> QWidget:
        one = QWidget()
        row = QHBoxLayout(one)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(IconLabel(self._theme, "ph.warning", "warn"), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(Words(self._theme, advice.title, "strong", wrap=True))
        column.addWidget(Words(self._theme, advice.text, tone="muted", wrap=True))
        for words, icon, act in self._answers(advice):
            column.addWidget(Button(self._theme, words, act, icon=icon), 0, Qt.AlignmentFlag.AlignLeft)
        row.addLayout(column, 1)
        return one
