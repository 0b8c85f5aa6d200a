"""How a row of the sources panel is drawn: icon, name, pill, count at the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.sources.list_model import ROW, Index
from desktop.sources.rows import Row
from desktop.theme import Theme

ROW_HEIGHT, HEADING_HEIGHT = 26, 36
_SIDE, _LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter


class RowDelegate(QStyledItemDelegate):
    """Paints with the theme's tokens only."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        row: Row = index.data(ROW)
        return QSize(100, HEADING_HEIGHT if row.kind == "heading" else ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: Row = index.data(ROW)
        theme, box = self._theme, QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if row.kind == "heading":
            painter.setFont(theme.font("small"))
            painter.setPen(theme.color("muted"))
            painter.drawText(box.adjusted(16, 8, -12, 0), int(_LEFT), row.text)
        else:
            self._paint_row(painter, option, row, box)
        painter.restore()

    def _paint_row(self, painter: QPainter, option: QStyleOptionViewItem, row: Row, box: QRectF) -> None:
        theme = self._theme
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        ground = box.adjusted(6, 0, -6, 0)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            outlined = chosen and theme.tokens.high_contrast
            painter.setPen(QPen(theme.color("accent"), 2) if outlined else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection" if chosen else "hover"))
            painter.drawRoundedRect(ground.adjusted(1, 1, -1, -1) if outlined else ground, 5, 5)
        if option.state & QStyle.StateFlag.State_HasFocus and option.state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.color("accent"))
            painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        x = box.left() + 16 + 14 * row.indent
        icon = theme.icon(row.icon, "accent" if chosen else "muted")
        painter.drawPixmap(int(x), int(box.top() + 5), icon.pixmap(QSize(16, 16), painter.device().devicePixelRatioF()))
        right = box.right() - 14
        painter.setFont(theme.font("body"))
        metrics = QFontMetricsF(painter.font())
        if row.count is not None:
            figure = f"{row.count:,}"
            painter.setPen(theme.color("muted"))
            painter.drawText(QRectF(box.left(), box.top(), right - box.left(), box.height()), int(_SIDE), figure)
            right -= metrics.horizontalAdvance(figure) + 8
        if row.pill:
            right = self._paint_pill(painter, row.pill, right, box)
        painter.setFont(theme.font("body"))
        painter.setPen(theme.color("muted" if row.note else "text"))
        room = QRectF(x + 23, box.top(), right - x - 23, box.height())
        painter.drawText(room, int(_LEFT), metrics.elidedText(row.text, Qt.TextElideMode.ElideRight, room.width()))

    def _paint_pill(self, painter: QPainter, words: str, right: float, box: QRectF) -> float:
        font = self._theme.font("caption")
        font.setBold(True)
        width = QFontMetricsF(font).horizontalAdvance(words) + 12
        pill = QRectF(right - width, box.center().y() - 8, width, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("accent"))
        painter.drawRoundedRect(pill, 4, 4)
        painter.setFont(font)
        painter.setPen(self._theme.color("on_accent"))
        painter.drawText(pill, int(Qt.AlignmentFlag.AlignCenter), words)
        return right - width - 6
