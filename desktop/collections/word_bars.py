"""Nearest words: what the model would call the item, with a bar for each cosine."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.theme import Theme

_ROW = 20


class WordBars(QWidget):
    """Bars are relative to the best word, so that weak spaces still show their order."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words: tuple[tuple[str, float], ...] = ()
        self.setObjectName("nearestWords")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    @property
    def words(self) -> tuple[tuple[str, float], ...]:
        return self._words

    def show_words(self, words: tuple[tuple[str, float], ...]) -> None:
        self._words = words
        self.setAccessibleName("Nearest words: " + ", ".join(f"{word} {cosine:.3f}" for word, cosine in words))
        self.setFixedHeight(_ROW * len(words))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, _ROW * len(self._words))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("small"))
        best = max((cosine for _, cosine in self._words), default=1.0) or 1.0
        left, right = self.width() * 0.36, self.width() - 48.0
        for row, (word, cosine) in enumerate(self._words):
            line = QRectF(0, row * _ROW, self.width(), _ROW)
            painter.setPen(self._theme.color("text"))
            elided = painter.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, int(left - 8))
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
            painter.setPen(self._theme.color("muted"))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{cosine:.3f}")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("line"))
            track = QRectF(left, line.center().y() - 2, right - left, 4)
            painter.drawRoundedRect(track, 2, 2)
            painter.setBrush(self._theme.color("accent"))
            track.setWidth(track.width() * max(0.0, min(1.0, 0.9 * cosine / best)))
            painter.drawRoundedRect(track, 2, 2)
