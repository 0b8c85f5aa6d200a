"""The left column: model, pairs, recipe and its settings, guard rails, what it would cost, and the runs there were."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.forms.form import Form
from desktop.theme import Theme
from desktop.training.pairs_choice import PairsChoice
from desktop.training.run_list import RunList
from desktop.widgets.buttons import Button
from desktop.widgets.rule import Rule
from desktop.widgets.words import Words
from engine.values import Filter, ModelCard

if TYPE_CHECKING:
    from engine.training.area import RecipeCard

WIDTH = 284
RETENTION = 0.92
TITLES = {
    "align": "Align a new kind",
    "cleanclip": "Clean (CleanCLIP)",
    "continual": "Learn on, keep the old",
    "distil": "Distil",
    "finetune": "Fine-tune",
    "ssl": "Pictures alone",
}
RAILS = (
    ("retention", "Watch what it forgets", f"stops if retention falls under {100 * RETENTION:.0f}\u202f%"),
    ("collapse", "Watch for collapse", "stops if vectors of different things become the same"),
    ("best", "Return to the best step", "keeps the step that was best on held-out pairs"),
)


class SetupForm(QFrame):
    """Asks and shows; the page does. `changed` when an estimate no longer holds."""

    changed = Signal()

    def __init__(self, theme: Theme, scope: Callable[[str], Filter]) -> None:
        super().__init__()
        self._theme = theme
        self._recipes: dict[str, RecipeCard] = {}
        self.setProperty("ground", "surface")
        self.setFixedWidth(WIDTH)
        self.recipe, self.model = QComboBox(), QComboBox()
        self.recipe.setAccessibleName("Recipe")
        self.model.setAccessibleName("Start from")
        self.pairs = PairsChoice(theme, scope)
        self.about = Words(theme, role="small", tone="muted", wrap=True)
        self.form = Form(theme, ())
        self._form_place = QVBoxLayout()
        self.rails = {name: QCheckBox(words) for name, words, _ in RAILS}
        self.cost = Words(theme, role="small", tone="muted", wrap=True)
        self.estimate_button = Button(theme, "Estimate", icon="ph.timer")
        self.start_button = Button(theme, "Start", role="primary")
        self.runs = RunList(theme)
        self._build()
        self.recipe.activated.connect(self._show_recipe)
        self.pairs.changed.connect(self._stale)
        self.model.activated.connect(self._stale)

    def _build(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        column.addWidget(Words(self._theme, "Train", "title"))
        for words, widget in (
            ("Recipe", self.recipe),
            ("", self.about),
            ("Start from", self.model),
            ("Learn from", self.pairs),
        ):
            if words:
                column.addSpacing(6)
                column.addWidget(Words(self._theme, words, "small", "muted"))
            column.addWidget(widget)
        column.addSpacing(10)
        column.addLayout(self._form_place)
        column.addSpacing(8)
        column.addWidget(Rule())
        column.addSpacing(6)
        column.addWidget(Words(self._theme, "Guard rails", "strong"))
        for name, _, hint in RAILS:
            self.rails[name].setChecked(True)
            column.addWidget(self.rails[name])
            said = Words(self._theme, hint, "caption", "muted", wrap=True)
            said.setContentsMargins(22, 0, 0, 4)
            column.addWidget(said)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.start_button)
        buttons.addWidget(self.estimate_button)
        buttons.addStretch(1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 10)
        foot.setSpacing(6)
        foot.addWidget(self.cost)
        foot.addLayout(buttons)
        past = QVBoxLayout()
        past.setContentsMargins(8, 8, 8, 8)
        self._past_title = Words(self._theme, "Runs", "strong")
        self._past_title.setContentsMargins(8, 0, 0, 0)
        past.addWidget(self._past_title)
        past.addWidget(self.runs)
        self.runs.setFixedHeight(118)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(Rule())
        whole.addLayout(foot)
        whole.addWidget(Rule())
        whole.addLayout(past)

    def show_choices(self, recipes: Sequence[RecipeCard], models: Sequence[ModelCard]) -> None:
        """Recipes by name and models with words; the one in use first."""
        self._recipes = {card.name: card for card in recipes}
        at = self.recipe.currentData()
        self.recipe.clear()
        for card in recipes:
            self.recipe.addItem(TITLES.get(card.name, card.name.replace("_", " ").capitalize()), card.name)
        if at is None:
            at = "finetune"
        self.recipe.setCurrentIndex(max(0, self.recipe.findData(at)))
        self._show_recipe()
        model = self.model.currentData()
        self.model.clear()
        for one in sorted(models, key=lambda one: not one.in_use):
            if "image" in one.kinds:
                self.model.addItem(f"{one.name} (in use)" if one.in_use else one.name, one.key)
        self.model.setCurrentIndex(max(0, self.model.findData(model)))

    def settings(self) -> dict[str, Any]:
        """What differs from the defaults, with the guard rails. Raises UserFixable for what does not fit."""
        retention = RETENTION if self.rails["retention"].isChecked() else 0.0
        rails = {name: self.rails[name].isChecked() for name in ("collapse", "best")}
        return {**self.form.differing(), "retention": retention, **rails}

    def show_cost(self, sentence: str, *, warn: bool = False) -> None:
        self.cost.set_tone("warn" if warn else "muted")
        self.cost.setText(sentence)

    def lock(self, locked: bool) -> None:
        """While a run learns its settings can be read, not changed."""
        for widget in (self.recipe, self.model, self.pairs, *self.rails.values()):
            widget.setEnabled(not locked)
        self.form.lock(locked)
        self.start_button.setEnabled(not locked)
        self.estimate_button.setEnabled(not locked)

    def _show_recipe(self) -> None:
        card = self._recipes.get(str(self.recipe.currentData()))
        if card is None:
            return
        self.about.setText(card.title)
        while (old := self._form_place.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.deleteLater()
        self.form = Form(self._theme, card.parameters)
        self.form.changed.connect(self._stale)
        self._form_place.addWidget(self.form)
        self._stale()

    def _stale(self) -> None:
        self.show_cost("")
        self.changed.emit()
