"""The real widgets among the painted tiles: a heading over each band, and the link to what is not laid out of it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from desktop.collections.band_header import BandHeader
from desktop.collections.grid_layout import HEADING, LINK, MARGIN, Block
from desktop.shown import Section
from desktop.theme import Theme
from engine.values import Band, Hits


class BandWidgets(QObject):
    """Made when a band first appears, moved when the grid scrolls, hidden while their band has no hits."""

    select_all = Signal(str)
    sort_chosen = Signal(str, str)
    fold = Signal(str, bool)
    expand = Signal(str)

    def __init__(self, theme: Theme, viewport: QWidget) -> None:
        super().__init__(viewport)
        self._theme, self._viewport = theme, viewport
        self._headers: dict[Band, BandHeader] = {}
        self._links: dict[Band, QPushButton] = {}

    def place(self, sections: Sequence[Section], blocks: Sequence[Block], top: int, hits: Hits | None) -> None:
        """Put them where their blocks are while the content is scrolled by `top`."""
        used: set[Band] = set()
        for section, block in zip(sections, blocks):
            if section.band is None:
                continue
            used.add(section.band)
            header = self._headers.get(section.band) or self._made(section.band)
            header.show_section(section, _fit(hits, section.band))
            header.setGeometry(0, block.top - top, self._viewport.width(), HEADING)
            header.show()
            link = self._links[section.band]
            link.setVisible(bool(block.hidden))
            if block.hidden:
                link.setText(f"Show {block.hidden:,} more {section.band}")
                link.setGeometry(MARGIN, block.top + block.height - LINK - top, link.sizeHint().width(), LINK - 6)
        for band in self._headers.keys() - used:
            self._headers[band].hide()
            self._links[band].hide()

    def dress(self) -> None:
        """Fonts and colours of the theme."""
        for header in self._headers.values():
            header.dress()

    def _made(self, band: Band) -> BandHeader:
        header = self._headers[band] = BandHeader(self._theme, band, self._viewport)
        header.select_all.connect(self.select_all)
        header.sort_chosen.connect(self.sort_chosen)
        header.fold.connect(self.fold)
        link = self._links[band] = QPushButton(self._viewport)
        link.setProperty("role", "link")
        link.setObjectName(f"bandMore.{band}")
        link.clicked.connect(lambda: self.expand.emit(band))
        return header


def _fit(hits: Hits | None, band: Band) -> float | None:
    """The measured share that fits in a band."""
    if hits is None or hits.fit is None or band not in ("likely", "unsure"):
        return None
    return hits.fit[0 if band == "likely" else 1]
