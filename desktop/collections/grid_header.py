"""The strip over the grid: how many items and how many selected, order, filter, size of the tiles."""

from __future__ import annotations

from dataclasses import fields
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSlider, QToolButton, QWidget

from desktop.collections.grid_layout import TILE_SIZES
from desktop.selection import SelectionModel
from desktop.shown import Shown
from desktop.theme import Theme
from desktop.theme.icons import BESIDE_WORDS
from desktop.widgets.buttons import Button
from desktop.widgets.icon_button import IconButton
from desktop.widgets.words import Words
from engine.values import Filter

SORTS: tuple[tuple[str, bool, str], ...] = (
    ("added", True, "Newest in the library"),
    ("added", False, "Oldest in the library"),
    ("date", True, "Newest taken"),
    ("date", False, "Oldest taken"),
    ("name", False, "Name"),
    ("folder", False, "Folder"),
    ("stars", True, "Most stars"),
    ("size", True, "Largest file"),
    ("length", True, "Longest sound"),
    ("kind", False, "Kind"),
)
_NARROW = 430


class GridHeader(QFrame):
    """Shows counts of `Shown` and `SelectionModel`; asks `Shown` for another order."""

    size_chosen = Signal(int)
    filter_clicked = Signal()

    def __init__(self, theme: Theme, selection: SelectionModel, shown: Shown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gridHeader")
        self.setProperty("ground", "surface")
        self.setFixedHeight(36)
        self._theme, self._selection, self._shown = theme, selection, shown
        self.count = Words(theme, role="strong")
        self.count.setObjectName("gridCount")
        self.selected = Words(theme, role="strong", tone="accent")
        self.selected.setObjectName("gridSelected")
        self.clear = Button(theme, "Clear", selection.clear, role="flat")
        self.clear.setObjectName("gridClear")
        self.clear.setAccessibleName("Clear the selection")
        self.sort = QToolButton()
        self.sort.setObjectName("gridSort")
        self.sort.setProperty("caret", "true")
        self.sort.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.sort.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.sort.setIconSize(BESIDE_WORDS)
        self.sort.setMenu(self._sort_menu())
        self.filter = QToolButton()
        self.filter.setObjectName("gridFilter")
        self.filter.setText("Filter")
        self.filter.setAccessibleName("Filter")
        self.filter.setIconSize(BESIDE_WORDS)
        self.filter.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.filter.clicked.connect(self.filter_clicked)
        self.smaller = IconButton(theme, "ph.minus", "Smaller tiles (Ctrl+-)", small=True)
        self.larger = IconButton(theme, "ph.plus", "Larger tiles (Ctrl++)", small=True)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("tileSize")
        self.slider.setAccessibleName("Size of the tiles")
        self.slider.setRange(0, len(TILE_SIZES) - 1)
        self.slider.setFixedWidth(64)
        self.slider.valueChanged.connect(lambda step: self.size_chosen.emit(TILE_SIZES[step]))
        self.smaller.clicked.connect(lambda: self.slider.setValue(self.slider.value() - 1))
        self.larger.clicked.connect(lambda: self.slider.setValue(self.slider.value() + 1))
        self._rule = QFrame()
        self._rule.setProperty("rule", "vertical")
        self._rule.setFixedSize(1, 18)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(2)
        row.addWidget(self.count)
        row.addWidget(self.selected)
        row.addWidget(self.clear)
        row.addStretch(1)
        for widget in (self.sort, self.filter, self._rule, self.smaller, self.slider, self.larger):
            row.addWidget(widget)
        shown.changed.connect(self._show_counts)
        selection.changed.connect(self._show_counts)
        theme.changed.connect(self._dress)
        self._dress()

    def show_size(self, tile: int) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(TILE_SIZES.index(tile))
        self.slider.blockSignals(False)

    def _sort_menu(self) -> QMenu:
        menu = QMenu(self)
        for name, descending, text in SORTS:
            menu.addAction(text, partial(self._shown.set_sort, name, descending))
        return menu

    def _show_counts(self) -> None:
        total = len(self._shown.ids)
        searched = self._shown.hits is not None
        noun = ("hit" if searched else "item") + ("" if total == 1 else "s")
        self.count.setText(f"{total:,} {noun}")
        conditions = self._conditions()
        self.filter.setText(f"Filter · {conditions}" if conditions else "Filter")
        self.filter.setAccessibleName(f"Filter, {conditions} in force" if conditions else "Filter")
        self.filter.setIcon(self._theme.icon("ph.funnel", "accent" if conditions else "text"))
        chosen = self._selection.count
        self.selected.setText(f" · {chosen:,} selected" if chosen else "")
        self.clear.setVisible(bool(chosen))
        words = next(
            (t for n, d, t in SORTS if (n, d) == (self._shown.sort, self._shown.descending)),
            self._shown.sort.capitalize(),
        )
        self.sort.setText(words)
        self.sort.setAccessibleName(f"Order: {words}")
        self.sort.setToolTip(f"Order: {words}")
        self.sort.setVisible(not searched)  # bands have an order each

    def _conditions(self) -> int:
        """How many conditions the filter in force has."""
        nothing, now = Filter(), self._shown.filter
        return sum(getattr(now, f.name) != getattr(nothing, f.name) for f in fields(Filter))

    def minimumSizeHint(self) -> QSize:
        """Gives way where it is narrow, and never pushes the panels at its sides away."""
        return QSize(40, super().minimumSizeHint().height())

    def resizeEvent(self, _event: object) -> None:
        narrow = self.width() < _NARROW
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        self.filter.setToolButtonStyle(style)
        self.filter.setIconSize(QSize(16, 16) if narrow else BESIDE_WORDS)
        for widget in (self._rule, self.smaller, self.slider, self.larger):
            widget.setVisible(self.width() >= 560)

    def _dress(self) -> None:
        for label in (self.sort, self.filter):
            label.setFont(self._theme.font("body"))
        self.sort.setIcon(self._theme.icon("ph.sort-ascending"))
        self._show_counts()
