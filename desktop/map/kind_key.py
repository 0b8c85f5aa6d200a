"""Which mark is which kind, beside the count: needed once single marks can be told apart and colours say something else."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.map.marks import SIZES, mark_path
from desktop.theme import Theme

WORDS = ("image", "sound", "text")
PAD, AFTER_MARK, BETWEEN = 6, 5, 11


class KindKey(QWidget):
    """“● image ◆ sound ■ text”, of the kinds that are there."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("map_kinds")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme = theme
        self.kinds: tuple[int, ...] = ()
        self.hide()

    def show_kinds(self, kinds: tuple[int, ...]) -> None:
        """Show these marks (0 image, 1 sound, 2 text); nothing when there are fewer than two."""
        self.kinds = kinds
        self.setAccessibleName("Marks: " + ", ".join(WORDS[kind] for kind in kinds))
        self.setVisible(len(kinds) > 1)
        self.resize(self.sizeHint())
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font("caption"))
        width = sum(
            SIZES["near"][kind] + AFTER_MARK + metrics.horizontalAdvance(WORDS[kind]) + BETWEEN for kind in self.kinds
        )
        return QSize(int(width) - BETWEEN + 2 * PAD, metrics.height() + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._theme.color("canvas"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._theme.font("caption"))
        muted = self._theme.color("muted")
        metrics = painter.fontMetrics()
        x = float(PAD)
        for kind in self.kinds:
            size = SIZES["near"][kind]
            painter.fillPath(mark_path(kind, size, QPointF(x + size / 2, self.height() / 2)), muted)
            x += size + AFTER_MARK
            painter.setPen(muted)
            width = metrics.horizontalAdvance(WORDS[kind])
            painter.drawText(QRect(int(x), 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, WORDS[kind])
            x += width + BETWEEN
