"""When things were taken: bars by month or year under the map. Dragging across them filters, a double click clears."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from desktop import wording
from desktop.shown import Shown
from desktop.theme import Theme
from desktop.widgets.words import Words
from engine.events import Changed
from engine.values import Filter

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.engine import Engine

HEIGHT = 132
MOST_MONTHS = 144
SIDE, FOOT, HEAD = 12, 20, 6
GRIP = 5  # pixels beside an edge that take hold of it
WAIT_MS = 300


@dataclass(frozen=True)
class Bar:
    """`first` <= taken < `after` (seconds since 1970, whole months or years in UTC, as the library counts them)."""

    first: float
    after: float
    count: int
    words: str  # “March 2019”
    year: int


def bars_of(months: Sequence[str], counts: Sequence[int]) -> tuple[Bar, ...]:
    """Every month from the first to the last, empty ones too; whole years where that would be too many. months are “2019-03”."""
    known = {_number(month): int(count) for month, count in zip(months, counts) if _is_month(month) and count}
    if not known:
        return ()
    first, last = min(known), max(known)
    step = 1 if last - first < MOST_MONTHS else 12
    first -= first % step
    bars = []
    for start in range(first, last + 1, step):
        year, month = divmod(start, 12)
        words = datetime(year, month + 1, 1).strftime("%B %Y") if step == 1 else str(year)
        count = sum(known.get(number, 0) for number in range(start, start + step))
        bars.append(Bar(_seconds(start), _seconds(start + step), count, words, year))
    return tuple(bars)


class DateHistogram(QWidget):
    """One line of words over the bars. Hidden while there is nothing to tell apart, or no room (`allow`)."""

    def __init__(self, bridge: EngineBridge, theme: Theme, shown: Shown, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("date_histogram")
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._bridge, self._shown = bridge, shown
        self._allowed = False
        self._asked: Filter | None = None
        self.title = Words(theme, "Date taken", role="strong")
        self.span = Words(theme, role="small", tone="muted")
        self.bars = DateBars(theme)
        head = QHBoxLayout()
        head.setContentsMargins(SIDE, 6, SIDE, 0)
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.span, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        rule = QFrame()
        rule.setProperty("rule", "true")
        column.addWidget(rule)
        column.addLayout(head)
        column.addWidget(self.bars, 1)
        self.setFixedHeight(HEIGHT)
        self.hide()
        self.bars.chose = self._filter
        self._later = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._later.timeout.connect(self._ask)
        shown.changed.connect(self._on_shown)
        bridge.changed.connect(self._on_changed)

    def allow(self, on: bool) -> None:
        """Whether the window is high enough for it."""
        if on != self._allowed:
            self._allowed = on
            self._show()
            if on and self._asked is None:
                self._ask()

    def _on_shown(self) -> None:
        self._show()
        if self._allowed and self._without_dates() != self._asked:
            self._later.start()

    def _on_changed(self, change: Changed) -> None:
        if change.items and self._allowed and not self._later.isActive():
            self._later.start()

    def _without_dates(self) -> Filter:
        return replace(self._shown.filter, date_from=None, date_to=None)

    def _ask(self) -> None:
        wanted = self._asked = self._without_dates()

        def question(engine: Engine) -> tuple[Bar, ...]:
            codes, names = engine.items.field("month", engine.items.ids(wanted))
            return bars_of(names, np.bincount(codes[codes >= 0], minlength=len(names)).tolist())

        self._bridge.ask(question, self._take, key="map.dates")

    def _take(self, bars: tuple[Bar, ...]) -> None:
        self.bars.show_bars(bars)
        self._show()

    def _show(self) -> None:
        bars = self.bars.bars
        self.setVisible(self._allowed and len(bars) > 1)
        if not bars:
            return
        wanted = self._shown.filter
        self.bars.show_range(wanted.date_from, wanted.date_to)
        chosen = self.bars.chosen
        if chosen is None:
            years = f"{bars[0].year} – {bars[-1].year}" if bars[0].year != bars[-1].year else str(bars[0].year)
            self.span.setText(f"{years} · drag across the bars to filter")
        else:
            first, last = bars[chosen[0]], bars[chosen[1]]
            count = sum(bar.count for bar in bars[chosen[0] : chosen[1] + 1])
            words = first.words if first is last else f"{first.words} to {last.words}"
            self.span.setText(f"{words} · {wording.count(count, 'item')} · double-click to clear")

    def _filter(self, chosen: tuple[int, int] | None) -> None:
        bars = self.bars.bars
        if chosen is None:
            self._shown.set_filter(self._without_dates())
        else:
            # the filter includes its end, a month does not
            end = bars[chosen[1]].after - 0.001
            self._shown.set_filter(replace(self._shown.filter, date_from=bars[chosen[0]].first, date_to=end))
        self._show()


class DateBars(QWidget):
    """The bars. `chose` is called with (first, last) places, or None when cleared."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("date_bars")
        self.setAccessibleName("Items by date; arrow keys move the chosen range, Delete clears it")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self._theme = theme
        self.bars: tuple[Bar, ...] = ()
        self.chosen: tuple[int, int] | None = None
        self.chose: Callable[[tuple[int, int] | None], None] = _ignore
        self._start: int | None = None  # the bar that a drag began at, or the edge that stays
        self._hover: int | None = None
        theme.changed.connect(self.update)

    def show_bars(self, bars: tuple[Bar, ...]) -> None:
        self.bars, self.chosen, self._hover = bars, None, None
        self.update()

    def show_range(self, first: float | None, last: float | None) -> None:
        """Mark the bars between two moments (both None: none)."""
        if self._start is not None:
            return
        inside = [
            place
            for place, bar in enumerate(self.bars)
            if (first is None or bar.after > first) and (last is None or bar.first <= last)
        ]
        self.chosen = None if (first is None and last is None) or not inside else (inside[0], inside[-1])
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(400, HEIGHT - 26)

    # -- where things are -------------------------------------------------------------------------------------
    def _pitch(self) -> float:
        return (self.width() - 2 * SIDE) / max(1, len(self.bars))

    def place_at(self, x: float) -> int:
        """The bar at a pixel, the nearest one outside."""
        return int(np.clip((x - SIDE) // self._pitch(), 0, len(self.bars) - 1))

    def middle_of(self, place: int) -> float:
        """The pixel in the middle of a bar."""
        return SIDE + (place + 0.5) * self._pitch()

    def _edge_at(self, x: float) -> int | None:
        """Taking hold of an edge of the range: the bar at the other end, which stays."""
        if self.chosen is None:
            return None
        first, last = self.chosen
        if abs(x - (SIDE + first * self._pitch())) <= GRIP:
            return last
        if abs(x - (SIDE + (last + 1) * self._pitch())) <= GRIP:
            return first
        return None

    # -- pointer and keys -------------------------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self.bars:
            return
        x = event.position().x()
        edge = self._edge_at(x)
        self._start = self.place_at(x) if edge is None else edge
        if edge is None:
            self.chosen = (self._start, self._start)
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.bars:
            return
        x = event.position().x()
        place = self.place_at(x)
        if self._start is None:
            at_edge = self._edge_at(x) is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if at_edge else Qt.CursorShape.ArrowCursor)
            if place != self._hover:
                self._hover = place
                self.update()
            return
        self.chosen = (min(self._start, place), max(self._start, place))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._start is None or event.button() != Qt.MouseButton.LeftButton:
            return
        place = self.place_at(event.position().x())
        chosen = (min(self._start, place), max(self._start, place))
        self._start = None
        self.chosen = chosen
        self.chose(chosen)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self._clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self.bars:
            step = steps[Qt.Key(event.key())]
            first, last = self.chosen or ((-1, -1) if step > 0 else (len(self.bars), len(self.bars)))
            extend = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            first, last = (first if extend else first + step), last + step
            if 0 <= first <= last < len(self.bars):
                self.chosen = (first, last)
                self.chose(self.chosen)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.chosen is not None:
            self._clear()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, _event: QEvent) -> None:
        self._hover = None
        self.update()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self.bars:
            bar = self.bars[self.place_at(event.pos().x())]
            QToolTip.showText(event.globalPos(), f"{bar.words}: {wording.count(bar.count, 'item')}", self)
            return True
        return super().event(event)

    def _clear(self) -> None:
        self._start = self.chosen = None
        self.update()
        self.chose(None)

    # -- drawing ----------------------------------------------------------------------------------------------
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        color = self._theme.color
        floor = self.height() - FOOT
        painter.setPen(QPen(color("control"), 1))
        painter.drawLine(QPointF(SIDE, floor + 0.5), QPointF(self.width() - SIDE, floor + 0.5))
        if not self.bars:
            return
        pitch, most = self._pitch(), max(bar.count for bar in self.bars)
        gap = 1.0 if pitch >= 3 else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        for place, bar in enumerate(self.bars):
            if not bar.count:
                continue
            inside = self.chosen is None or self.chosen[0] <= place <= self.chosen[1]
            token = "unselected" if not inside else "accent" if self.chosen is not None else "other"
            painter.setBrush(color("text") if place == self._hover else color(token))
            tall = max(1.5, bar.count / most * (floor - HEAD))
            painter.drawRect(QRectF(SIDE + place * pitch, floor - tall, max(1.0, pitch - gap), tall))
        self._paint_years(painter, floor)
        if self.chosen is not None:
            painter.setPen(QPen(color("accent"), 2))
            for place in (self.chosen[0], self.chosen[1] + 1):
                x = SIDE + place * pitch
                painter.drawLine(QPointF(x, HEAD), QPointF(x, floor))
        if self.hasFocus():
            painter.setPen(QPen(color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 1, -3, -1), 4, 4)

    def _paint_years(self, painter: QPainter, floor: float) -> None:
        """Each year at its first bar, as many as find room."""
        painter.setFont(self._theme.font("caption"))
        painter.setPen(self._theme.color("muted"))
        metrics = painter.fontMetrics()
        free, last_year = 0.0, None
        for place, bar in enumerate(self.bars):
            if bar.year == last_year:
                continue
            last_year = bar.year
            x, words = SIDE + place * self._pitch(), str(bar.year)
            width = metrics.horizontalAdvance(words)
            if x >= free and x + width <= self.width() - 2:
                painter.drawText(QPointF(x, floor + 14), words)
                free = x + width + 14


def _ignore(_chosen: tuple[int, int] | None) -> None:
    return None


def _is_month(name: str) -> bool:
    year, _, month = name.partition("-")
    return year.isdigit() and month.isdigit()


def _number(month: str) -> int:
    """“2019-03” as months since the year 0."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def _seconds(number: int) -> float:
    """The first moment of a month, in UTC."""
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC).timestamp()
