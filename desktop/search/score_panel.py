"""“This search”: its parts with their weights, saving it, and where the good results stop."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop import wording
from desktop.actions import ActionRegistry
from desktop.collections.band_header import BandDot, claim
from desktop.search.histogram import ScoreHistogram
from desktop.search.weight_field import WeightField
from desktop.search.wording import term_words
from desktop.shown import Shown
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.icon_button import IconButton
from desktop.widgets.words import ElidedWords, Words
from engine.values import Band, Hits, Kind, Query, Term

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge

_THINGS: dict[Kind, str] = {"image": "image", "audio": "sound", "text": "text"}
_NAMES: tuple[tuple[Band, str], ...] = (("likely", "Likely"), ("unsure", "Unsure"), ("unlikely", "Unlikely"))


class ScorePanel(QWidget):
    """Takes the inspector's place while a search is looked into; `close_wanted` gives it back."""

    close_wanted = Signal()

    def __init__(
        self, bridge: EngineBridge, theme: Theme, actions: ActionRegistry, shown: Shown, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("scorePanel")
        self.setAccessibleName("This search")
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bridge, self._theme, self._shown = bridge, theme, shown
        self._terms: tuple[Term, ...] = ()
        self._names: dict[int, str] = {}
        close = IconButton(theme, "ph.x", "Close", small=True)
        close.setObjectName("closeScorePanel")
        close.clicked.connect(self.close_wanted)
        head = QHBoxLayout()
        head.addWidget(Words(theme, "This search", "heading"))
        head.addStretch(1)
        head.addWidget(close)
        self._parts = QVBoxLayout()
        self._parts.setSpacing(2)
        save = Button(
            theme, "Save as smart collection", lambda: actions.trigger("search.save"), icon="ph.bookmark-simple"
        )
        self._where = Words(theme, "Where the good results stop", "strong")
        self._how = Words(theme, "", "small", "muted", wrap=True)
        self.histogram = ScoreHistogram(theme)
        self._claims: dict[Band, Words] = {}
        self._legend = QWidget()
        rows = QVBoxLayout(self._legend)
        rows.setContentsMargins(0, 4, 0, 4)
        rows.setSpacing(4)
        for band, name in _NAMES:
            row = QHBoxLayout()
            row.setSpacing(6)
            row.addWidget(BandDot(theme, band))
            row.addWidget(Words(theme, name, "small"))
            row.addStretch(1)
            self._claims[band] = Words(theme, "", "small", "muted")
            row.addWidget(self._claims[band])
            rows.addLayout(row)
        self._note = Words(
            theme,
            "Measured against this library and this model. Change either and the lines move.",
            "small",
            "muted",
            wrap=True,
        )
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(15, 8, 15, 16)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(self._parts)
        column.addSpacing(4)
        column.addWidget(save, 0, Qt.AlignmentFlag.AlignLeft)
        rule = QFrame()
        rule.setProperty("rule", "true")
        column.addSpacing(4)
        column.addWidget(rule)
        for widget in (self._where, self._how, self.histogram, self._legend, self._note):
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        area.setWidget(page)
        page.setAutoFillBackground(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        shown.asked.connect(self._show_terms)
        shown.changed.connect(self._show_hits)
        self._show_terms()
        self._show_hits()

    def _show_terms(self) -> None:
        terms = self._shown.query.terms if self._shown.query else ()
        if terms == self._terms:
            return
        self._terms = terms
        unnamed = [term.item_id for term in terms if term.item_id is not None and term.item_id not in self._names]
        if unnamed:
            self._bridge.ask(
                lambda engine: {card.id: card.name for card in engine.items.cards(unnamed)},
                self._take_names,
                key="score names",
            )
        self._rebuild()

    def _take_names(self, names: dict[int, str]) -> None:
        self._names |= names
        self._rebuild()

    def _rebuild(self) -> None:
        while (old := self._parts.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for place, term in enumerate(self._terms):
            self._parts.addWidget(self._row(place, term))

    def _row(self, place: int, term: Term) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        words = term_words(term, self._names.get(term.item_id) if term.item_id is not None else None)
        flip = Button(
            self._theme, "−" if term.weight < 0 else "+", lambda: self._change(place, -term.weight), role="flat"
        )
        flip.setStyleSheet("padding: 0;")
        flip.setFixedWidth(24)
        flip.setToolTip("Less of this" if term.weight < 0 else "More of this")
        flip.setAccessibleName(f"{words}: {'less' if term.weight < 0 else 'more'} of it; press to flip")
        name = ElidedWords(self._theme, words)
        weight = WeightField(abs(term.weight))
        weight.setObjectName(f"weight.{place}")
        weight.setAccessibleName(f"Weight of {words}")
        weight.changed_to.connect(lambda value: self._change(place, value if term.weight > 0 else -value))
        out = IconButton(self._theme, "ph.x", f"Take out {words}", small=True)
        out.clicked.connect(lambda: self._shown.set_query(Query((*self._terms[:place], *self._terms[place + 1 :]))))
        line.addWidget(flip)
        line.addWidget(name, 1)
        line.addWidget(weight)
        line.addWidget(out)
        return row

    def _change(self, place: int, weight: float) -> None:
        changed = replace(self._terms[place], weight=round(weight, 2))
        self._shown.set_query(Query((*self._terms[:place], changed, *self._terms[place + 1 :])))

    def _show_hits(self) -> None:
        hits: Hits | None = self._shown.hits
        told = hits is not None and hits.histogram is not None
        for widget in (self._where, self._how, self.histogram):
            widget.setVisible(told)
        measured = hits is not None and hits.limits is not None
        self._legend.setVisible(measured)
        self._note.setVisible(measured)
        if hits is None:
            return
        scored = sum(hits.histogram[1]) if hits.histogram is not None else 0
        things = wording.count(scored, _THINGS[hits.measured_kind]) if hits.measured_kind else wording.count(scored)
        others = scored < hits.searched
        each = " Every kind is measured by itself; most that stand out are of this one." if others else ""
        self._how.setText(f"How all {things} score for this search. Bar heights are logarithmic.{each}")
        self.histogram.show_hits(hits)
        for number, (band, _) in enumerate(_NAMES):
            fit = hits.fit[number] if hits.fit is not None and number < 2 else None
            words = "as good as chance" if band == "unlikely" else claim(band, fit).removesuffix(" · worth a look")
            self._claims[band].setText(words)
