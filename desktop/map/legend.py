"""The legend: one line per colour. A click hides a class, a double click shows it alone."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QVBoxLayout, QWidget

from desktop import wording
from desktop.map.layer import KIND_NAMES
from desktop.map.marks import mark_path
from desktop.map.paint import LegendEntry
from desktop.theme import Theme

NARROW, WIDE = 134, 194
WIDE_FROM = QSize(700, 480)
ROW = 19
MARGIN = 10
FOOT = 24  # the line below, with what is drawn and which mark is which kind


class Legend(QFrame):
    """`hidden_changed` carries the codes that are not to be drawn."""

    hidden_changed = Signal(object)  # frozenset[int]

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("map_legend")
        self.setAccessibleName("Legend: what the colours mean")
        self.setProperty("card", "true")
        self._theme = theme
        self._entries: tuple[LegendEntry, ...] = ()
        self._hidden: frozenset[int] = frozenset()
        self._before_click: frozenset[int] = frozenset()
        self._room = QSize(WIDE_FROM)
        self._rows: list[LegendRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 7, 0, 7)
        self._column.setSpacing(0)
        self.hide()

    def show_entries(
        self, entries: tuple[LegendEntry, ...], hidden: frozenset[int], colours: list[QColor], shapes: bool
    ) -> None:
        """Fill the legend. `colours` by slot; shapes: the entries are kinds, drawn with their marks."""
        self._entries, self._hidden = entries, hidden
        if len(entries) != len(self._rows):
            for row in self._rows:
                self._column.removeWidget(row)
                row.hide()
                row.deleteLater()
            self._rows = []
            for place in range(len(entries)):
                row = LegendRow(self._theme, self)
                row.setObjectName(f"legend_{place}")
                row.pressed.connect(self._remember)
                row.clicked.connect(lambda _=False, place=place: self._toggle(place))
                row.doubled.connect(lambda place=place: self._isolate(place))
                self._column.addWidget(row)
                self._rows.append(row)
        for row, entry in zip(self._rows, entries):
            shape = KIND_NAMES.index(entry.name) if shapes and entry.name in KIND_NAMES else 0
            row.show_entry(entry, colours[entry.slot], shape)
        self.fit(self._room)

    def fit(self, room: QSize) -> None:
        """Take the width that suits a map of this size, and as many rows as fit."""
        self._room = room
        wide = room.width() >= WIDE_FROM.width() and room.height() >= WIDE_FROM.height()
        rows = min(len(self._rows), max(0, (room.height() - 2 * 8 - 16 - FOOT) // ROW))
        for place, row in enumerate(self._rows):
            row.setVisible(place < rows)
            row.with_count = wide
        width = WIDE if wide else NARROW
        self.setFixedSize(width, rows * ROW + 16)
        self.setVisible(len(self._entries) > 1 and rows > 1 and room.width() > 2 * width)

    def _remember(self) -> None:
        self._before_click = self._hidden

    def _toggle(self, place: int) -> None:
        codes = frozenset(self._entries[place].codes)
        self._tell(self._hidden - codes if codes <= self._hidden else self._hidden | codes)

    def _isolate(self, place: int) -> None:
        """Alone; or everything again when it was alone already."""
        others = frozenset(code for entry in self._entries for code in entry.codes) - set(self._entries[place].codes)
        self._tell(frozenset() if self._before_click == others else others)

    def _tell(self, hidden: frozenset[int]) -> None:
        self._hidden = hidden
        self.hidden_changed.emit(hidden)


class LegendRow(QAbstractButton):
    """A dot, a name and, where there is room, a count."""

    doubled = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._entry = LegendEntry("", 0, 0, ())
        self._colour = QColor()
        self._shape = 0
        self.with_count = False
        self.setFixedHeight(ROW)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_entry(self, entry: LegendEntry, colour: QColor, shape: int) -> None:
        self._entry, self._colour, self._shape = entry, colour, shape
        state = "" if entry.shown else ", hidden"
        self.setAccessibleName(f"{entry.name}, {wording.count(entry.count, 'item')}{state}")
        self.setText(entry.name)
        self.setToolTip(
            f"{entry.name}: {wording.count(entry.count, 'item')}. Click to {'hide' if entry.shown else 'show'}, "
            "double-click to show it alone"
        )
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.doubled.emit()

    def sizeHint(self) -> QSize:
        return QSize(NARROW, ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = self.rect()
        if self.underMouse() or self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("hover"))
            painter.drawRoundedRect(area.adjusted(3, 1, -3, -1), 4, 4)
        mark = mark_path(self._shape, (8.0, 10.0, 7.0)[self._shape], QPointF(MARGIN + 5, area.height() / 2))
        if self._entry.shown:
            painter.fillPath(mark, self._colour)
        else:
            painter.setPen(QPen(self._theme.color("muted"), 1.3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(mark)
        font = self._theme.font("small")
        metrics = QFontMetrics(font)
        painter.setFont(font)
        right = area.right() - MARGIN + 2
        if self.with_count:
            figure = wording.count(self._entry.count)
            painter.setPen(self._theme.color("muted"))
            painter.drawText(
                QRect(0, 0, right, area.height()), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, figure
            )
            right -= metrics.horizontalAdvance(figure) + 8
        left = MARGIN + 17
        painter.setPen(self._theme.color("text" if self._entry.shown else "muted"))
        name = metrics.elidedText(self._entry.name, Qt.TextElideMode.ElideRight, right - left)
        painter.drawText(QRect(left, 0, right - left, area.height()), Qt.AlignmentFlag.AlignVCenter, name)
