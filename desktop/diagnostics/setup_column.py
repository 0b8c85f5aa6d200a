"""The left column: what can be measured, of which items, with which model and settings."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.diagnostics.chooser import Chooser
from desktop.forms.form import Form
from desktop.theme import Theme
from desktop.widgets.words import Words
from engine.evidence import DiagnosticCard
from engine.values import Filter, ModelCard

WIDTH = 252
SCOPES = (("all", "The whole library"), ("shown", "What Explore shows"), ("selected", "The selection"))


class SetupColumn(QFrame):
    """`scope` turns “all”, “shown” or “selected” into a filter. Nothing is measured from here."""

    def __init__(self, theme: Theme, scope: Callable[[str], Filter]) -> None:
        super().__init__()
        self._theme, self._scope = theme, scope
        self.setProperty("ground", "surface")
        self.setFixedWidth(WIDTH)
        self.chooser = Chooser(theme)
        self.items = QComboBox()
        self.items.setAccessibleName("Items to measure")
        for key, words in SCOPES:
            self.items.addItem(words, key)
        self.model = QComboBox()
        self.model.setAccessibleName("Model to measure")
        self.form = Form(theme, ())
        self._settings = QScrollArea()
        self._settings.setWidgetResizable(True)
        self._settings.setFrameShape(QFrame.Shape.NoFrame)
        self._settings.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        title = Words(theme, "Diagnose", "title")
        title.setContentsMargins(16, 12, 16, 8)
        self.model_label = Words(theme, "Model", "small", "muted")
        below = QVBoxLayout()
        below.setContentsMargins(16, 10, 16, 12)
        below.setSpacing(4)
        below.addWidget(Words(theme, "Items", "small", "muted"))
        below.addWidget(self.items)
        below.addSpacing(4)
        below.addWidget(self.model_label)
        below.addWidget(self.model)
        below.addSpacing(8)
        below.addWidget(self._settings, 1)
        line = QFrame()
        line.setProperty("rule", "true")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(title)
        column.addWidget(self.chooser, 3)
        column.addWidget(line)
        column.addLayout(below, 4)

    def show_card(self, card: DiagnosticCard) -> None:
        """The form of this diagnostic; one without a model hides that choice."""
        self.form = Form(self._theme, card.parameters)
        held = QWidget()
        column = QVBoxLayout(held)
        column.setContentsMargins(0, 0, 8, 0)
        column.addWidget(self.form)
        column.addStretch(1)
        self._settings.setWidget(held)
        self.model.setVisible(card.with_model)
        self.model_label.setVisible(card.with_model)

    def show_models(self, cards: list[ModelCard]) -> None:
        """The model in use comes first and is what is measured unless another is chosen."""
        at = self.model.currentData()
        self.model.clear()
        for card in sorted(cards, key=lambda card: not card.in_use):
            self.model.addItem(f"{card.name} (in use)" if card.in_use else card.name, card.key)
        place = self.model.findData(at)
        self.model.setCurrentIndex(max(0, place))

    @property
    def model_key(self) -> str | None:
        key = self.model.currentData()
        return str(key) if key is not None and not self.model.isHidden() else None

    @property
    def wanted(self) -> Filter:
        return self._scope(str(self.items.currentData()))
