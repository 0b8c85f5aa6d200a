"""The list of pairs: two small pictures, what each model says, a tick where it was answered."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.collections.alike_list import paint_small
from desktop.diagnostics.item_pictures import ItemPictures
from desktop.review.pair_model import PairModel
from desktop.theme import Theme

ROW, PICTURE = 56, 44
ICONS = {"differ": ("ph.check", "success"), "same": ("ph.equals", "muted"), "unsure": ("ph.question", "unsure")}


class PairList(QListView):
    """Loads the pictures of the pairs that are here."""

    def __init__(self, theme: Theme, model: PairModel, pictures: ItemPictures) -> None:
        super().__init__()
        self.setObjectName("pairs")
        self.setAccessibleName("Blind pairs, strangest first")
        self.setModel(model)
        self.setItemDelegate(_Row(theme, pictures, self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self._model, self._pictures = model, pictures
        model.arrived.connect(self._load)
        pictures.arrived.connect(self.viewport().update)
        theme.changed.connect(self.viewport().update)

    def _load(self) -> None:
        ids = (number for pair in self._model.pairs for number in (pair.a, pair.b))
        self._pictures.load(ids, self.devicePixelRatio())


class _Row(QStyledItemDelegate):
    def __init__(self, theme: Theme, pictures: ItemPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._pictures = theme, pictures

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(40, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        place: QRect = option.rect  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        pair = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on = state & QStyle.StateFlag.State_Selected
        if on or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place, self._theme.color("selection" if on else "hover"))
        ratio = painter.device().devicePixelRatio()
        for number, item_id in enumerate((pair.a, pair.b)):
            box = QRect(place.left() + 16 + number * (PICTURE + 6), place.top() + 6, PICTURE, PICTURE)
            card = self._pictures.card(item_id)
            if card is not None:
                paint_small(painter, self._theme, box, card, self._pictures.image(item_id, ratio))
        figures = QRect(place.right() - 86, place.top() + 10, 50, ROW)
        painter.setFont(self._theme.font("small"))
        right = int(Qt.AlignmentFlag.AlignRight)
        painter.setPen(self._theme.color("text"))
        painter.drawText(figures, right, f"{pair.clip:.3f}")
        painter.setPen(self._theme.color("muted"))
        painter.drawText(figures.translated(0, 18), right, f"{pair.vision:.3f}")
        if pair.verdict in ICONS:
            icon, token = ICONS[pair.verdict]
            self._theme.icon(icon, token).paint(painter, QRect(place.right() - 28, place.top() + 20, 16, 16))
        painter.restore()
