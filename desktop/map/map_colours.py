"""What colours the points: the field in use, asked of the engine, shown by the legend and the button in the header."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor

from desktop.map.canvas import MapCanvas
from desktop.map.header import ColourButton
from desktop.map.legend import Legend
from desktop.map.paint import Colouring

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.engine import Engine

SUBJECT = "subject"  # the named place a point lies on; it comes with the names, not with a field of the items
DEFAULT_FIELDS = ("collection", "folder", "kind")


@dataclass(frozen=True, eq=False)
class Groups:
    """Categories of the items on the map, in the order of its ids."""

    field: str
    codes: np.ndarray
    names: list[str]


@dataclass(frozen=True, eq=False)
class _Answer:
    ids: np.ndarray
    kinds: Groups
    colours: Groups | None  # None: subjects
    items: int


class MapColours(QObject):
    """`changed`: the points look different; `legend_changed`: the legend takes another place."""

    changed = Signal()
    legend_changed = Signal()
    subjects_wanted = Signal()

    def __init__(
        self, bridge: EngineBridge, canvas: MapCanvas, legend: Legend, button: ColourButton, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._bridge, self._canvas, self._legend, self._button = bridge, canvas, legend, button
        self._layer = canvas.layer
        self._field: str | None = None  # None: the user chose none
        self.settling = False  # frames of a layout that has not settled are coming in
        self.items = 0  # of the library
        button.chosen.connect(self.colour_by)
        legend.hidden_changed.connect(self._on_hidden_changed)

    def colour_by(self, field: str) -> None:
        """Colour the points by a field of the items, or by the named place they lie on (“subject”)."""
        self._field = field
        self._button.show_field(field)
        self._layer.colouring = None
        self.ask()
        if field == SUBJECT:
            self.subjects_wanted.emit()

    @property
    def by_subject(self) -> bool:
        """A layout that has settled is coloured by subject unless the user chose a field."""
        return self._field == SUBJECT or (self._field is None and not self.settling)

    def ask(self) -> None:
        """Ask for the kinds and the categories of all points."""
        self._ask_fields(() if self.by_subject else (self._field,) if self._field else DEFAULT_FIELDS)

    def take_subjects(self, ids: np.ndarray, subjects: Groups) -> None:
        """The named places of the points `ids`."""
        if not self.by_subject or not np.array_equal(ids, self._layer.ids):
            return
        if len(subjects.names) > 1 or self._field == SUBJECT:
            self._colour(subjects)
            self.changed.emit()
        else:  # nothing that sets one place apart from another
            self._ask_fields(DEFAULT_FIELDS)

    def show_legend(self) -> None:
        """Fill the legend anew: with other colours of the theme, or other entries."""
        colouring = self._layer.colouring
        if colouring is None:
            return
        colours = [QColor(*rgb) for rgb in self._canvas.colours.tolist()]
        had = self._legend.isVisible()
        self._legend.show_entries(colouring.legend(), colouring.hidden, colours, colouring.field == "kind")
        self.legend_changed.emit()
        if self._canvas.follows and had != self._legend.isVisible():
            self._canvas.fit()

    def _ask_fields(self, fields: tuple[str, ...]) -> None:
        """Kinds, and the first of `fields` that tells anything apart."""
        if not len(self._layer):
            return
        ids = self._layer.ids

        def question(engine: Engine) -> _Answer:
            kinds = Groups("kind", *engine.items.field("kind", ids))
            colours = None
            for field in fields:
                colours = Groups(field, *engine.items.field(field, ids))
                if len(np.unique(colours.codes)) > 1:
                    break
            return _Answer(ids, kinds, colours, engine.items.counts().items)

        self._bridge.ask(question, self._take, key="map.colours")

    def _take(self, answer: _Answer) -> None:
        self.items = answer.items
        if not np.array_equal(answer.ids, self._layer.ids):
            return  # more points came meanwhile, and were asked for in turn
        self._layer.set_kinds(np.asarray(answer.kinds.codes), answer.kinds.names)
        if answer.colours is not None:
            self._colour(answer.colours)
        self.changed.emit()

    def _colour(self, groups: Groups) -> None:
        old = self._layer.colouring
        hidden: frozenset[int] = frozenset()
        if old is not None and old.field == groups.field:
            gone = {old.names[code] if code < len(old.names) else None for code in old.hidden}
            hidden = frozenset(code for code, name in enumerate([*groups.names, None]) if name in gone)
        self._layer.set_colouring(Colouring.of(groups.field, np.asarray(groups.codes), groups.names, hidden))
        self._button.show_field(groups.field)
        self._canvas.recolour()
        self.show_legend()

    def _on_hidden_changed(self, hidden: frozenset[int]) -> None:
        old = self._layer.colouring
        if old is None:
            return
        self._layer.set_colouring(Colouring.of(old.field, old.codes, old.names, hidden))
        self.show_legend()
        self.changed.emit()
