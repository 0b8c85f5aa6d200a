"""A report: its parts, each in the view of its class; charts at the right where there is room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop.diagnostics.chart import ChartCard
from desktop.diagnostics.groups_view import GroupsView
from desktop.diagnostics.item_pictures import ItemPictures
from desktop.diagnostics.measures_view import MeasuresView
from desktop.diagnostics.pairs_view import PairsView
from desktop.diagnostics.rows_view import RowsView
from desktop.theme import Theme
from engine.evidence import Groups, Measures, Pairs, Part, Plot, Report, Table

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge

TWO_COLUMNS = 820
CHARTS = 320
PICTURE = 64


class ReportView(QScrollArea):
    """`show_report` fills it; `chosen` names an item to look at."""

    chosen = Signal(int)

    def __init__(self, bridge: EngineBridge, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._pictures = ItemPictures(bridge, PICTURE)
        self._row: QBoxLayout | None = None
        self._charts: QWidget | None = None
        self.setObjectName("report")
        self.setAccessibleName("Report")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_report(self, report: Report) -> None:
        """Replaces what was shown; begins at the top."""
        held, left, right = QWidget(), QVBoxLayout(), QVBoxLayout()
        self._charts = QWidget()
        self._charts.setLayout(right)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, held)
        self._row.setContentsMargins(24, 4, 24, 24)
        self._row.setSpacing(24)
        for column in (left, right):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(18)
        plots = [part for part in report.evidence.parts if isinstance(part, Plot)]
        for part in report.evidence.parts:
            (right if isinstance(part, Plot) else left).addWidget(self._view(part))
        left.addStretch(1)
        right.addStretch(1)
        self._row.addLayout(left, 1)
        self._row.addWidget(self._charts)
        self._charts.setVisible(bool(plots))
        self.setWidget(held)
        self._arrange()
        self._pictures.load(items_of(report.evidence.parts), self.devicePixelRatio())

    def _view(self, part: Part) -> QWidget:
        if isinstance(part, Measures):
            return MeasuresView(self._theme, part)
        if isinstance(part, Plot):
            return ChartCard(self._theme, part)
        view: RowsView | PairsView | GroupsView
        if isinstance(part, Table):
            view = RowsView(self._theme, part, self._pictures)
        elif isinstance(part, Pairs):
            view = PairsView(self._theme, part, self._pictures)
        else:
            view = GroupsView(self._theme, part, self._pictures)
        view.chosen.connect(self.chosen)
        return view

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if self._row is None or self._charts is None:
            return
        beside = self.width() >= TWO_COLUMNS
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
        self._charts.setMinimumWidth(CHARTS if beside else 0)
        self._charts.setMaximumWidth(CHARTS if beside else 16_777_215)


def items_of(parts: tuple[Part, ...]) -> Iterator[int]:
    """Items that the parts show, in the order they are shown."""
    for part in parts:
        if isinstance(part, Table):
            yield from (number for number in part.item_ids if number is not None)
        elif isinstance(part, Pairs):
            yield from (number for pair in part.pairs for number in (pair.a, pair.b))
        elif isinstance(part, Groups):
            yield from (member.item_id for group in part.groups for member in group.members)
