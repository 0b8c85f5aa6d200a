"""A card with live curves: title, newest value, lines by name, dashed limits. Charts append; they never roll."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop.theme import Theme
from desktop.widgets.words import Words

TOKENS = ("muted", "likely", "unsure", "error", "success", "warn")  # beside the leading line, which has the accent
WORDS = {
    "held_out_loss": "held-out pairs",
    "recall_at_1": "first",
    "recall_at_10": "within ten",
    "retention": "finds again",
    "neighbours_kept": "neighbours that stayed",
    "picture_cosine": "pictures",
    "sentence_cosine": "sentences",
}


class CurveCard(QFrame):
    """`add` appends a point to a line; `show_limit` draws a dashed one with its words. `percent` shows shares as per cent."""

    def __init__(self, theme: Theme, title: str, note: str, *, percent: bool = False, lead: str = "") -> None:
        super().__init__()
        self._theme, self._scale, self._lead = theme, 100.0 if percent else 1.0, lead
        self._unit = "\u202f%" if percent else ""
        self._points: dict[str, tuple[list[float], list[float]]] = {}
        self._lines: dict[str, pg.PlotDataItem] = {}
        self._limits: dict[str, tuple[float, str]] = {}
        self._marks: list[pg.InfiniteLine] = []
        self._best: float | None = None
        self.setProperty("card", "true")
        self.setAccessibleName(title)
        self.value = Words(theme, "", "heading")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Words(theme, title, "strong"))
        head.addWidget(Words(theme, note, "small", "muted"), 1)
        head.addWidget(self.value)
        self.legend = Words(theme, "", "caption", "muted")
        self.plot = pg.PlotWidget()
        self.plot.setMenuEnabled(False)
        self.plot.setMouseEnabled(False, False)
        self.plot.hideButtons()
        self.plot.getPlotItem().getViewBox().setDefaultPadding(0.1)
        self.plot.setMinimumHeight(110)
        self.plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.plot.setFrameShape(QFrame.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 6)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.legend)
        column.addWidget(self.plot, 1)
        theme.changed.connect(self._dress)
        self._dress()

    def clear(self) -> None:
        """Begin anew; limits stay."""
        for line in self._lines.values():
            self.plot.removeItem(line)
        self._points, self._lines, self._best = {}, {}, None
        self.value.setText("")
        self._dress()

    def add(self, step: int, values: dict[str, float]) -> None:
        """One point for each line named; what is not a number leaves a gap."""
        for name, value in values.items():
            across, up = self._points.setdefault(name, ([], []))
            across.append(float(step))
            up.append(value * self._scale)
            if name not in self._lines:
                self._lines[name] = self.plot.plot(connect="finite")
                self._dress()
            self._lines[name].setData(np.array(across), np.array(up))
        lead = self._lead if self._lead in self._points else next(iter(self._points), "")
        if lead:
            newest = next((one for one in reversed(self._points[lead][1]) if math.isfinite(one)), math.nan)
            self.value.setText(f"{newest:.3g}{self._unit}" if math.isfinite(newest) else "–")

    def show_limit(self, name: str, value: float, words: str) -> None:
        """A dashed line across, in share or number as the curves are."""
        self._limits[name] = (value * self._scale, words)
        self._dress()

    def show_best(self, step: int | None) -> None:
        """An upright line where the best step so far was."""
        if step != self._best:
            self._best = step
            self._dress()

    def lines(self) -> dict[str, list[float]]:
        """The values drawn, by name."""
        return {name: list(up) for name, (_, up) in self._points.items()}

    def _dress(self) -> None:
        self.plot.setBackground(self._theme.color("raised"))
        muted, grid = self._theme.color("muted"), self._theme.color("line")
        for side in ("left", "bottom"):
            axis = self.plot.getAxis(side)
            axis.setPen(pg.mkPen(grid))
            axis.setTextPen(pg.mkPen(muted))
            axis.setStyle(tickFont=self._theme.font("caption"), tickLength=0)
        self.plot.showGrid(x=False, y=True, alpha=0.15)
        several = len(self._lines) > 1
        others = [name for name in self._lines if name != self._lead]
        for name, line in self._lines.items():
            leads = name == self._lead or not several
            token = "accent" if leads else TOKENS[others.index(name) % len(TOKENS)]
            line.setPen(pg.mkPen(self._theme.color(token), width=2 if leads else 1.4))
        self.legend.setText("   ".join(f"— {WORDS.get(name, name)}" for name in self._lines))
        self.legend.setVisible(several)
        for mark in self._marks:
            self.plot.removeItem(mark)
        self._marks = [
            pg.InfiniteLine(
                value,
                angle=0,
                pen=pg.mkPen(self._theme.color("warn"), style=Qt.PenStyle.DashLine),
                label=words,
                labelOpts={"position": 0.75, "color": self._theme.color("warn"), "anchors": [(0.5, 1), (0.5, 1)]},
            )
            for value, words in self._limits.values()
        ]
        if self._best is not None:
            self._marks.append(
                pg.InfiniteLine(
                    self._best,
                    angle=90,
                    pen=pg.mkPen(muted, style=Qt.PenStyle.DotLine),
                    label="best so far",
                    labelOpts={"position": 0.9, "color": self._theme.color("text"), "anchors": [(0, 0.5), (1, 0.5)]},
                )
            )
        for mark in self._marks:
            self.plot.addItem(mark, ignoreBounds=mark.angle == 90)
