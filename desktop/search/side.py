"""The right side of the window: the inspector, or “This search” while a new search is looked into."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.actions import ActionRegistry
from desktop.search.score_panel import ScorePanel
from desktop.selection import SelectionModel
from desktop.shown import Shown


class SearchSide(QStackedWidget):
    """A search that begins brings its panel; choosing an item brings the inspector; either can be called back."""

    def __init__(
        self, actions: ActionRegistry, selection: SelectionModel, shown: Shown, inspector: QWidget, score: ScorePanel
    ) -> None:
        super().__init__()
        self.setObjectName("searchSide")
        self._shown, self._inspector, self._score = shown, inspector, score
        self._searched = False
        self.addWidget(inspector)
        self.addWidget(score)
        self.setFocusProxy(inspector)
        score.close_wanted.connect(self.show_inspector)
        shown.changed.connect(self._on_shown)
        selection.changed.connect(self.show_inspector)
        selection.current_changed.connect(self.show_inspector)
        actions.add(
            "search.panel", "This search", ("Ctrl+Shift+I",), "Search", self.toggle, icon="ph.chart-bar",
            enabled=lambda: shown.query is not None, checked=lambda: self.currentWidget() is score,
            hint="Where the good results of this search stop",
        )  # fmt: skip

    def show_inspector(self) -> None:
        self.setCurrentWidget(self._inspector)

    def toggle(self) -> None:
        """Between the search and the inspector."""
        shows_search = self.currentWidget() is self._score
        self.setCurrentWidget(self._inspector if shows_search else self._score)

    def _on_shown(self) -> None:
        searched = self._shown.hits is not None
        if searched and not self._searched:
            self.setCurrentWidget(self._score)
        elif not searched:
            self.show_inspector()
        self._searched = searched
