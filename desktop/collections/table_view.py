"""The table: what is shown as rows and columns, sorted by a click on a title, filtered by a right click on a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from desktop.actions import ActionRegistry
from desktop.collections import browsing
from desktop.collections.alike_list import paint_small
from desktop.collections.dragging import DragOut
from desktop.collections.nothing_shown import NothingShown
from desktop.itemmodels.columns import COLUMNS
from desktop.itemmodels.item_table import CARD, ItemTable
from desktop.itemmodels.thumbnails import ThumbnailSource, Wish
from desktop.search.search_strip import SearchStrip
from desktop.selection import SelectionModel
from desktop.shown import Shown
from desktop.theme import Theme
from engine.values import ItemCard

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge

_ROW, _TALL_ROW = 28, 54
_SEARCH_COLUMNS = ("score", "band", "found")


class TableView(QWidget):
    """Rows of `Shown`. Selection is the window's, painted from it; Qt's own selection is not used, so 100,000 rows stay quick."""

    opened = Signal(int)
    menu_wanted = Signal(int, QPoint)

    def __init__(
        self,
        bridge: EngineBridge,
        theme: Theme,
        actions: ActionRegistry,
        selection: SelectionModel,
        shown: Shown,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("tableView")
        self._theme, self._selection, self._shown = theme, selection, shown
        self.thumbnails = ThumbnailSource(bridge, self)
        self.model = ItemTable(shown, self)
        self.table = _Rows(selection, self.model)
        self.table.setObjectName("itemTable")
        self.table.setItemDelegate(_Cell(theme, selection, self.thumbnails, self.table))
        self.strip = SearchStrip(bridge, theme, shown)
        self.nothing = NothingShown(bridge, theme, actions, shown, self.table)
        self._drag = DragOut(bridge, theme, selection, self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.strip)
        column.addWidget(self.table, 1)
        self.setFocusProxy(self.table)
        self._stale = True
        self._anchor: tuple[int, int] | None = None  # item at the top, and its row
        self._wishing = QTimer(self, singleShot=True, interval=15)
        self._wishing.timeout.connect(self._wish)
        header = self.table.horizontalHeader()
        header.sectionClicked.connect(self._on_title_clicked)
        self.table.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        self.table.opened.connect(self.opened)
        self.table.menu_wanted.connect(self.menu_wanted)
        self.table.drag_wanted.connect(self._drag.begin)
        shown.changed.connect(self._take_shown)
        shown.cards.arrived.connect(self._wishing.start)
        self.thumbnails.arrived.connect(lambda _ids: self.table.viewport().update())
        selection.changed.connect(self.table.viewport().update)
        selection.current_changed.connect(self._on_current)
        theme.changed.connect(self.table.viewport().update)
        actions.add(
            "table.tall",
            "Taller rows",
            (),
            "Items",
            self.toggle_tall,
            icon="ph.rows",
            widget=self,
            checked=lambda: self.tall,
            menu="View",
        )
        self._take_shown()

    @property
    def tall(self) -> bool:
        return self.table.verticalHeader().defaultSectionSize() == _TALL_ROW

    def toggle_tall(self) -> None:
        """Between rows of 28 and of 54 pixels."""
        self.table.verticalHeader().setDefaultSectionSize(_ROW if self.tall else _TALL_ROW)
        self._wishing.start()

    def reveal(self, item_id: int) -> None:
        """Scroll to an item."""
        row = browsing.index_of(self.model.ids, item_id)
        if row is not None:
            self.table.scrollTo(self.model.index(row, 1))

    def _take_shown(self) -> None:
        """Take over the list, at once while in view, else when it comes into view."""
        self._stale = not self.isVisible()
        if self._stale:
            return
        self.model.take_shown()
        searched = self._shown.query is not None
        for number, column in enumerate(COLUMNS):
            if column.key in _SEARCH_COLUMNS:
                self.table.setColumnHidden(number, not searched)
        self._show_order()
        self._come_back()
        self.table.follow_current()
        self._wishing.start()

    def _show_order(self) -> None:
        header = self.table.horizontalHeader()
        place = next((n for n, c in enumerate(COLUMNS) if c.sort == self._shown.sort), None)
        sorted_now = place is not None and self._shown.query is None
        header.setSortIndicatorShown(sorted_now)
        if sorted_now and place is not None:
            order = Qt.SortOrder.DescendingOrder if self._shown.descending else Qt.SortOrder.AscendingOrder
            header.setSortIndicator(place, order)

    def _on_title_clicked(self, place: int) -> None:
        sort = COLUMNS[place].sort
        if sort is None:
            return
        again = sort == self._shown.sort
        self._shown.set_sort(sort, not self._shown.descending if again else sort in ("date", "stars", "length"))

    def _come_back(self) -> None:
        if self._anchor is None:
            return
        item, row = self._anchor
        found = browsing.index_of(self.model.ids, item)
        wanted = found if found is not None else min(row, len(self.model.ids) - 1)
        if wanted >= 0:
            self.table.scrollTo(self.model.index(wanted, 1), QAbstractItemView.ScrollHint.PositionAtTop)

    def _on_scrolled(self) -> None:
        row = self.table.rowAt(0)
        self._anchor = (self.model.item_at(row), row) if row > 0 else None
        if not self._wishing.isActive():
            self._wishing.start()

    def _on_current(self) -> None:
        self.table.follow_current()
        self.table.viewport().update()

    def _wish(self) -> None:
        if not self.isVisible() or not len(self.model.ids):
            return
        first = max(0, self.table.rowAt(0))
        last = self.table.rowAt(self.table.viewport().height() - 1)
        last = len(self.model.ids) - 1 if last < 0 else last
        page = max(20, last - first + 1)
        self._shown.cards.want(self.model.ids[max(0, first - page) : last + 1 + page].tolist())
        edge = self.table.rowHeight(first) - 4
        ratio = self.devicePixelRatioF()
        wishes = []
        for item_id in self.model.ids[first : last + 1].tolist():
            card = self._shown.cards.card(item_id)
            if card is not None and card.kind == "image":
                wishes.append(Wish(item_id, "image", round(edge * ratio), round(edge * ratio), ratio))
        self.thumbnails.want(wishes)

    def showEvent(self, event: object) -> None:
        if self._stale:
            self._take_shown()
        self._wishing.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.nothing.setGeometry(self.table.rect())
        self._wishing.start()


class _Rows(QTableView):
    """A table whose clicks and keys act on the shared selection."""

    opened = Signal(int)
    menu_wanted = Signal(int, QPoint)
    drag_wanted = Signal()

    def __init__(self, selection: SelectionModel, model: ItemTable) -> None:
        super().__init__()
        self._selection, self._items = selection, model
        self._press: QPoint | None = None
        self.setAccessibleName("Items")
        self.setModel(model)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(_ROW)
        rows.setDefaultSectionSize(_TALL_ROW)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        titles = self.horizontalHeader()
        titles.setHighlightSections(False)
        titles.setSectionsMovable(True)
        titles.setSectionsClickable(True)
        titles.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for number, column in enumerate(COLUMNS):
            self.setColumnWidth(number, column.width)

    def follow_current(self) -> None:
        """Qt's current index follows the shared one, so that screen readers say the right row."""
        row = browsing.index_of(self._items.ids, self._selection.current)
        index = self._items.index(row, 1) if row is not None else QModelIndex()
        if index != self.currentIndex():
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        row = self.rowAt(event.position().toPoint().y())
        if event.button() != Qt.MouseButton.LeftButton:
            return
        if row < 0:
            if event.modifiers() == Qt.KeyboardModifier.NoModifier:
                self._selection.clear()
            return
        self._press = event.position().toPoint()
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        if plain and self._selection.has(self._items.item_at(row)) and self._selection.count > 1:
            self._selection.set_current(self._items.item_at(row))  # it may be the start of a drag of all selected
            return
        browsing.click(self._selection, self._items.ids, row, event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._press is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        if (event.position().toPoint() - self._press).manhattanLength() >= QApplication.startDragDistance():
            self._press = None
            self.drag_wanted.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self.rowAt(event.position().toPoint().y())
        plain = not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
        if self._press is not None and plain and row >= 0 and event.button() == Qt.MouseButton.LeftButton:
            browsing.click(self._selection, self._items.ids, row, Qt.KeyboardModifier.NoModifier)
        self._press = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self.rowAt(event.position().toPoint().y())
        if row >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self._items.item_at(row))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        row = self.rowAt(event.pos().y())
        if row < 0:
            return
        item = self._items.item_at(row)
        if not self._selection.has(item):
            browsing.click(self._selection, self._items.ids, row, Qt.KeyboardModifier.NoModifier)
        self._selection.set_current(item)
        self.menu_wanted.emit(item, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        count = len(self._items.ids)
        now = browsing.index_of(self._items.ids, self._selection.current)
        page = max(1, self.viewport().height() // max(1, self.verticalHeader().defaultSectionSize()) - 1)
        steps = {
            Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page,
            Qt.Key.Key_Home: -count, Qt.Key.Key_End: count,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if steps is None or not count:
            if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
                bar = self.horizontalScrollBar()
                bar.setValue(bar.value() + (40 if event.key() == Qt.Key.Key_Right else -40))
            else:
                event.ignore()
            return
        wanted = min(
            max((now if now is not None else 0) + (steps if now is not None or abs(steps) > 1 else 0), 0), count - 1
        )
        browsing.move(
            self._selection, self._items.ids, wanted, extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        )
        self.scrollTo(self._items.index(wanted, 1))


class _Cell(QStyledItemDelegate):
    """Draws a cell: the ground says whether its row is selected, the first column holds tick and picture."""

    def __init__(self, theme: Theme, selection: SelectionModel, thumbnails: ThumbnailSource, table: QTableView) -> None:
        super().__init__(table)
        self._theme, self._selection, self._thumbnails, self._table = theme, selection, thumbnails, table

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(60, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        place: QRect = option.rect  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        card: ItemCard | None = index.data(CARD)
        selected = card is not None and self._selection.has(card.id)
        if selected:
            painter.fillRect(place, self._theme.color("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place, self._theme.color("hover"))
        if index.column() == 0:
            self._paint_picture(painter, place, card, selected)
        else:
            self._paint_words(painter, place, index, card)
        if card is not None and card.id == self._selection.current and self._table.hasFocus():
            painter.fillRect(QRect(place.left(), place.bottom() - 1, place.width(), 2), self._theme.color("accent"))
        painter.restore()

    def _paint_picture(self, painter: QPainter, place: QRect, card: ItemCard | None, selected: bool) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.fillRect(QRect(place.left(), place.top(), 3, place.height()), self._theme.color("accent"))
        if card is None:
            return
        edge = place.height() - 4
        width = round(edge * self._table.devicePixelRatioF())
        picture = self._thumbnails.picture(card.id, width)
        box = QRect(place.left() + 8, place.top() + 2, edge, edge)
        paint_small(painter, self._theme, box, card, picture if isinstance(picture, QImage) else None)

    def _paint_words(
        self, painter: QPainter, place: QRect, index: QModelIndex | QPersistentModelIndex, card: ItemCard | None
    ) -> None:
        words = index.data(Qt.ItemDataRole.DisplayRole) or ""
        column = COLUMNS[index.column()]
        strong = column.key in ("name", "score")
        painter.setFont(self._theme.font("body"))
        token = "text" if strong else "muted"
        if column.key == "band" and words:
            token = words.split(" ", 1)[1].lower()
        painter.setPen(self._theme.color(token))
        if card is not None and card.hidden:
            painter.setOpacity(0.5)
        inner = place.adjusted(8, 0, -8, 0)
        painter.drawText(
            inner,
            int(index.data(Qt.ItemDataRole.TextAlignmentRole)) | int(Qt.TextFlag.TextSingleLine),
            painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, inner.width()),
        )
