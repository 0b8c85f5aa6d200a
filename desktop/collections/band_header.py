"""The heading over a band of hits: its dot and name, how many, what the band claims; own order and “Select all”."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QWidget

from desktop.shown import BEST_FIRST, Section
from desktop.theme import Theme
from engine.values import Band

SORTS = (
    (BEST_FIRST, "Best first"),
    ("date:descending", "Newest first"),
    ("date", "Oldest first"),
    ("name", "By name"),
    ("stars:descending", "Most stars first"),
)
_NAMES: dict[Band, str] = {"likely": "Likely", "unsure": "Unsure", "unlikely": "Unlikely", "none": "In order"}


class BandDot(QWidget):
    """Full, half or empty: the band without its colour."""

    def __init__(self, theme: Theme, band: Band, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._band = theme, band
        self.setFixedSize(QSize(14, 14))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_band_dot(painter, QPointF(7, 7), self._band, self._theme.color(token_of(self._band)))


class BandHeader(QWidget):
    """Stands over its section in the grid and scrolls with it."""

    select_all = Signal(str)
    sort_chosen = Signal(str, str)
    fold = Signal(str, bool)  # band, whether it shall be shown

    def __init__(self, theme: Theme, band: Band, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._band = theme, band
        self.setObjectName(f"bandHeader.{band}")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 2)
        row.setSpacing(8)
        if band != "none":
            row.addWidget(BandDot(theme, band))
        self._name = QLabel(_NAMES[band])
        self._count = QLabel()
        self._claim = QLabel()
        self._claim.setProperty("tone", "muted")
        self._sort = QToolButton()
        self._sort.setObjectName(f"bandSort.{band}")
        self._sort.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._sort.setMenu(self._sort_menu())
        self._all = QPushButton()
        self._all.setObjectName(f"bandSelectAll.{band}")
        self._all.setProperty("role", "flat")
        self._all.clicked.connect(self._on_all_clicked)
        self._folded = False
        for widget in (self._name, self._count, self._claim):
            widget.setTextFormat(Qt.TextFormat.PlainText)
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._sort)
        row.addWidget(self._all)
        self.dress()

    @property
    def band(self) -> Band:
        return self._band

    def dress(self) -> None:
        """Fonts and colours of the theme."""
        self._name.setFont(self._theme.font("strong"))
        self._name.setStyleSheet(f"color: {self._theme.color(token_of(self._band)).name()}")
        self._count.setFont(self._theme.font("strong"))
        self._claim.setFont(self._theme.font("small"))
        for button in (self._sort, self._all):
            button.setFont(self._theme.font("small"))
            button.setProperty("tone", "muted")
            button.style().polish(button)

    def show_section(self, section: Section, fit: float | None) -> None:
        """Say how many there are and what to expect of them."""
        self._folded = section.folded
        total = section.total
        self._count.setText(f"{total:,}")
        self._claim.setText(claim(section.band or "none", fit, section.folded))
        self._all.setText(
            "Show anyway" if section.folded else "Fold away" if self._band == "unlikely" else f"Select all {total:,}"
        )
        self._all.setAccessibleName(f"{self._all.text()}, {self._name.text()}")
        self._sort.setVisible(not section.folded)
        words = next((text for name, text in SORTS if name == section.sort), "Best first")
        self._sort.setText(f"{words}  ⌄")
        self._sort.setAccessibleName(f"Order of {self._name.text()}: {words}")

    def _sort_menu(self) -> QMenu:
        menu = QMenu(self)
        for name, text in SORTS:
            menu.addAction(text, partial(self.sort_chosen.emit, self._band, name))
        return menu

    def _on_all_clicked(self) -> None:
        if self._band == "unlikely":
            self.fold.emit(self._band, self._folded)
        else:
            self.select_all.emit(self._band)


def token_of(band: Band) -> str:
    return "muted" if band == "none" else band


def claim(band: Band, fit: float | None, folded: bool = False) -> str:
    """What a band promises, in words of ten: “about 9 in 10 fit”."""
    if band == "unlikely":
        return (
            "folded away: no better than chance in this library" if folded else "no better than chance in this library"
        )
    if band == "none" or fit is None:
        return ""
    tenths = round(fit * 10)
    words = (
        "nearly all fit" if tenths >= 10 else "fewer than 1 in 10 fit" if tenths < 1 else f"about {tenths} in 10 fit"
    )
    return f"{words} · worth a look" if band == "unsure" else words


def paint_band_dot(painter: QPainter, middle: QPointF, band: Band, color: QColor, radius: float = 5.0) -> None:
    """● likely, ◐ unsure, ○ unlikely."""
    box = QRectF(middle.x() - radius, middle.y() - radius, 2 * radius, 2 * radius)
    painter.setPen(QPen(color, 1.6))
    painter.setBrush(color if band == "likely" else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(box)
    if band == "unsure":
        painter.setBrush(color)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPie(box, 90 * 16, 180 * 16)
