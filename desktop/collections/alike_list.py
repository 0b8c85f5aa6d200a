"""What is most alike: small picture, name, cosine. Any kind among any kind."""

from __future__ import annotations

from math import isnan

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.theme import Theme
from engine.values import ItemCard, Neighbour

_ROW, _PICTURE = 34, 30
_CARD, _COSINE, _IMAGE = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1, Qt.ItemDataRole.UserRole + 2


class AlikeList(QListWidget):
    """As high as its rows; a cosine that is not a number is not shown. `chosen` is emitted by a click or Enter."""

    chosen = Signal(int)
    menu_wanted = Signal(int, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("alikeList")
        self.setAccessibleName("Most alike")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Row(theme, self))
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.itemClicked.connect(lambda item: self.chosen.emit(item.data(_CARD).id))
        self.itemActivated.connect(lambda item: self.chosen.emit(item.data(_CARD).id))
        theme.changed.connect(self.viewport().update)

    def show_neighbours(self, neighbours: tuple[Neighbour, ...], pictures: dict[int, QImage]) -> None:
        """Nearest first; pictures by item id, for those that have one."""
        self.clear()
        for neighbour in neighbours:
            item = QListWidgetItem(words_of(neighbour.card))
            item.setData(_CARD, neighbour.card)
            item.setData(_COSINE, neighbour.cosine)
            item.setData(_IMAGE, pictures.get(neighbour.card.id))
            item.setSizeHint(QSize(40, _ROW))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(neighbour))
            item.setToolTip(neighbour.card.path or neighbour.card.name)
            self.addItem(item)
        self.setFixedHeight(_ROW * len(neighbours))

    def _on_menu(self, where: QPoint) -> None:
        item = self.itemAt(where)
        if item is not None:
            self.menu_wanted.emit(item.data(_CARD).id, self.viewport().mapToGlobal(where))


class _Row(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(40, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place: QRect = option.rect  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        focused = state & QStyle.StateFlag.State_HasFocus
        if state & QStyle.StateFlag.State_MouseOver or focused:
            painter.setPen(QPen(self._theme.color("accent"), 2) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.color("hover"))
            painter.drawRoundedRect(QRectF(place).adjusted(1, 1, -1, -1), 4, 4)
        card: ItemCard = index.data(_CARD)
        paint_small(
            painter, self._theme, QRect(place.left(), place.top() + 2, _PICTURE, _PICTURE), card, index.data(_IMAGE)
        )
        painter.setFont(self._theme.font("small"))
        cosine = "" if isnan(index.data(_COSINE)) else f"{index.data(_COSINE):.3f}"
        width = painter.fontMetrics().horizontalAdvance(cosine)
        painter.setPen(self._theme.color("muted"))
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, cosine)
        painter.setPen(self._theme.color("text"))
        words = place.adjusted(_PICTURE + 8, 0, -width - 8, 0)
        painter.drawText(
            words,
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine,
            painter.fontMetrics().elidedText(words_of(card), Qt.TextElideMode.ElideRight, words.width()),
        )
        painter.restore()


def _spoken(neighbour: Neighbour) -> str:
    words = words_of(neighbour.card)
    return words if isnan(neighbour.cosine) else f"{words}, cosine {neighbour.cosine:.3f}"


def words_of(card: ItemCard) -> str:
    """The name; of a text, its own words."""
    return f"“{' '.join((card.text or card.name).split())}”" if card.kind == "text" else card.name


def paint_small(painter: QPainter, theme: Theme, box: QRect, card: ItemCard, image: QImage | None) -> None:
    """A picture on its mat, or the sign of the kind on a card, in a small box."""
    dark = theme.tokens.dark
    if image is not None and not image.isNull():
        second = card.mat == (2 if dark else 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("second_mat" if second else "mat"))
        painter.drawRoundedRect(QRectF(box), 3, 3)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        inset = 2 if card.mat else 0
        size = image.size().scaled(
            box.width() - 2 * inset, box.height() - 2 * inset, Qt.AspectRatioMode.KeepAspectRatio
        )
        target = QRect(0, 0, size.width(), size.height())
        target.moveCenter(box.center())
        painter.drawImage(target, image)
        return
    painter.setPen(QPen(theme.color("line"), 1))
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
    icon = {"audio": "mdi6.waveform", "text": "ph.text-align-left"}.get(card.kind, "ph.image")
    theme.icon(icon, "muted").paint(painter, QRect(box.center().x() - 7, box.center().y() - 7, 14, 14))
