"""The scrolling field of tiles. Lays out any number of items, draws those in view, and turns clicks and keys into selection."""

from __future__ import annotations

import html
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from desktop.collections import browsing
from desktop.collections.band_widgets import BandWidgets
from desktop.collections.grid_layout import CAPTION, GAP, HEADING, TILE_SIZES, GridLayout, Run
from desktop.collections.grid_mouse import GridMouse
from desktop.collections.tile_painter import TilePainter, TileState
from desktop.itemmodels.thumbnails import ThumbnailSource, wish_for
from desktop.selection import SelectionModel
from desktop.shown import Section, Shown
from desktop.theme import Theme
from engine.values import Band, ItemCard, Query

_UNSURE_ROWS = 2  # so much of “unsure” is laid out before the link to the rest
_FOUND_BY = {1: "Found by its meaning", 2: "Found by its words", 3: "Found by its meaning and its words"}
_AHEAD = 1.0  # pages above and below the view whose cards are fetched beforehand


@dataclass(frozen=True)
class _Anchor:
    """What was at the top of the view: it comes back there after the list changed."""

    item_id: int
    offset: int
    index: int


class GridCanvas(QAbstractScrollArea):
    """Custom painted, because sections with their own headings and 100,000 tiles need no item view's bookkeeping."""

    opened = Signal(int)  # double click: an item id
    menu_wanted = Signal(int, QPoint)  # item id, global position
    drag_wanted = Signal()
    tile_changed = Signal(int)

    def __init__(
        self,
        theme: Theme,
        selection: SelectionModel,
        shown: Shown,
        thumbnails: ThumbnailSource,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("gridCanvas")
        self.setAccessibleName("Items")
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._theme, self._selection, self._shown, self._thumbnails = theme, selection, shown, thumbnails
        self._painter = TilePainter(theme)
        self._tile = 96
        self._sections: tuple[Section, ...] = ()
        self._order = np.empty(0, dtype=np.int64)
        self._scores = np.empty(0, dtype=np.float32)
        self._found_by = np.empty(0, dtype=np.int8)
        self._expanded: set[Band] = set()
        self._layout = GridLayout(400, self._tile, ())
        self._bands = BandWidgets(theme, self.viewport())
        self._mouse = GridMouse(self, selection)
        self._places: dict[Query, _Anchor] = {}
        self._request: Query | None = None
        self._by_keys = False
        self._wishing = QTimer(self, singleShot=True, interval=15)
        self._wishing.timeout.connect(self._wish)
        self._bands.select_all.connect(self._on_select_all)
        self._bands.sort_chosen.connect(shown.set_band_sort)
        self._bands.fold.connect(shown.unfold)
        self._bands.expand.connect(self.expand)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        shown.changed.connect(self._take_shown)
        shown.cards.arrived.connect(self._on_cards)
        thumbnails.arrived.connect(self._on_pictures)
        selection.changed.connect(self._on_selection)
        selection.current_changed.connect(self._on_current)
        theme.changed.connect(self._dress)
        self._take_shown()

    # what is laid out

    @property
    def order(self) -> np.ndarray:
        """(n,) int64: the items laid out, in order; folded bands are not among them."""
        return self._order

    @property
    def layout_of_tiles(self) -> GridLayout:
        return self._layout

    @property
    def tile_size(self) -> int:
        return self._tile

    def set_tile_size(self, tile: int) -> None:
        """One of the sizes of the look; the item at the top stays at the top."""
        tile = min(TILE_SIZES, key=lambda size: abs(size - tile))
        if tile != self._tile:
            anchor = self._anchor()
            self._tile = tile
            self._lay_out()
            self._come_back(anchor)
            self.tile_changed.emit(tile)

    def larger(self) -> None:
        self.set_tile_size(TILE_SIZES[min(len(TILE_SIZES) - 1, TILE_SIZES.index(self._tile) + 1)])

    def smaller(self) -> None:
        self.set_tile_size(TILE_SIZES[max(0, TILE_SIZES.index(self._tile) - 1)])

    def place_on_screen(self, item_id: int) -> QRect | None:
        """Where an item's tile is in the viewport, whether in view or not; None when it is not laid out."""
        index = browsing.index_of(self._order, item_id)
        return None if index is None else self._rect(index)

    def reveal(self, item_id: int) -> None:
        """Scroll as little as needed to show the item whole."""
        index = browsing.index_of(self._order, item_id)
        if index is not None:
            self._show_index(index)

    def expand(self, band: Band) -> None:
        """Lay out all of a band, not only its first rows."""
        self._expanded.add(band)
        self._lay_out()

    def _take_shown(self) -> None:
        request = self._shown.request
        anchor = self._anchor()
        if self._request is not None and anchor is not None:
            self._places[self._request] = anchor
        fresh = request != self._request
        if fresh:
            self._expanded.clear()
        self._request = request
        self._sections = self._shown.sections
        self._lay_out()
        if fresh:
            anchor = self._places.get(request)
        if anchor is not None:
            self._come_back(anchor)
        elif fresh:
            self.verticalScrollBar().setValue(0)
        self.viewport().update()

    def _lay_out(self) -> None:
        width = self.viewport().width()
        columns = GridLayout(width, self._tile, ()).columns
        runs, orders, scores, found = [], [], [], []
        for section in self._sections:
            shown = None
            if section.folded:
                shown = 0
            elif section.band == "unsure" and section.band not in self._expanded and len(self._sections) > 1:
                shown = _UNSURE_ROWS * columns
            runs.append(Run(len(section.ids), section.band is not None, shown))
            orders.append(section.ids[:shown])
            scores.append(section.scores[:shown] if section.scores is not None else np.empty(0, dtype=np.float32))
            found.append(section.found_by[:shown] if section.found_by is not None else np.empty(0, dtype=np.int8))
        self._layout = GridLayout(width, self._tile, runs, self._painter.caption)
        self._order = np.concatenate(orders) if orders else np.empty(0, dtype=np.int64)
        self._scores = np.concatenate(scores) if scores else np.empty(0, dtype=np.float32)
        self._found_by = np.concatenate(found) if found else np.empty(0, dtype=np.int8)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self._layout.height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(self._layout.pitch // 2)
        self._place_widgets()
        self._wishing.start()
        self.viewport().update()

    def _place_widgets(self) -> None:
        top = self.verticalScrollBar().value()
        self._bands.place(self._sections, self._layout.blocks, top, self._shown.hits)

    def _on_select_all(self, band: str) -> None:
        for section in self._sections:
            if section.band == band:
                self._selection.set(section.ids)

    # scroll memory

    def _anchor(self) -> _Anchor | None:
        """The first tile that is whole in view, or None when the list stands at its top."""
        top = self.verticalScrollBar().value()
        if top <= 0 or not len(self._order):
            return None
        for stripe in self._layout.between(top, top + self.viewport().height()):
            for index in stripe:
                y = self._layout.place_of(index)[1]
                if y >= top:
                    return _Anchor(int(self._order[index]), y - top, index)
        return None

    def _come_back(self, anchor: _Anchor | None) -> None:
        if anchor is None or not self._layout.count:
            return
        index = browsing.index_of(self._order, anchor.item_id)
        if index is None:
            index = min(anchor.index, self._layout.count - 1)
        self.verticalScrollBar().setValue(self._layout.place_of(index)[1] - anchor.offset)

    def _show_index(self, index: int) -> None:
        y = self._layout.place_of(index)[1]
        bar = self.verticalScrollBar()
        height = self.viewport().height()
        above = HEADING if index < self._layout.columns else 6
        if y - above < bar.value():
            bar.setValue(y - above)
        elif y + self._layout.tile_height + 6 > bar.value() + height:
            last_row = index + self._layout.columns >= self._layout.count
            bar.setValue(bar.maximum() if last_row else y + self._layout.tile_height + 6 - height)

    def place_kept(self) -> tuple[int, int, int] | None:
        """Item, offset and index at the top of the view, to be kept between starts; None at the very top."""
        anchor = self._anchor()
        return None if anchor is None else (anchor.item_id, anchor.offset, anchor.index)

    def keep_place(self, place: tuple[int, int, int]) -> None:
        """Scroll there as soon as the list that is asked for now has come."""
        self._places[self._shown.request] = _Anchor(*place)

    # drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        dirty = event.rect()
        painter.fillRect(dirty, self._theme.color("surface"))
        top = self.verticalScrollBar().value()
        if not self._theme.tokens.high_contrast:
            self._paint_rule_above_folded(painter, top)
        for stripe in self._layout.between(top + dirty.top() - 4, top + dirty.bottom() + 4):
            self._paint_stripe(painter, stripe)
        if self._mouse.band is not None:
            tint = QColor(self._theme.color("accent"))
            painter.setPen(QPen(tint, 1))
            tint.setAlpha(36)
            painter.setBrush(tint)
            painter.drawRect(self._mouse.band.translated(0, -top))

    def _paint_stripe(self, painter: QPainter, stripe: range) -> None:
        ids = self._order[stripe.start : stripe.stop]
        selected = self._selection.mask(ids)
        current = self._selection.current if self._by_keys and self.hasFocus() else None
        width = self._picture_width()
        for index, item_id, is_selected in zip(stripe, ids.tolist(), selected.tolist()):
            state = TileState(
                is_selected,
                item_id == current,
                float(self._scores[index]) if len(self._scores) else None,
                int(self._found_by[index]) if len(self._found_by) else 0,
                self._thumbnails.is_missing(item_id, width),
            )
            picture = self._thumbnails.picture(item_id, width)
            self._painter.paint(painter, self._rect(index), self._shown.cards.card(item_id), picture, state)

    def _paint_rule_above_folded(self, painter: QPainter, top: int) -> None:
        for section, block in zip(self._sections, self._layout.blocks):
            if section.folded:
                painter.fillRect(12, block.top - top, self.viewport().width() - 24, 1, self._theme.color("line"))

    def _rect(self, index: int) -> QRect:
        x, y = self._layout.place_of(index)
        return QRect(x, y - self.verticalScrollBar().value(), self._tile, self._layout.tile_height)

    def _picture_width(self) -> int:
        return round(self._tile * self.devicePixelRatioF())

    def _wish(self) -> None:
        """Ask for the cards around the view and the pictures in it."""
        if not len(self._order) or not self.isVisible():
            return
        top, height = self.verticalScrollBar().value(), self.viewport().height()
        near = self._layout.between(int(top - height * _AHEAD), int(top + height * (1 + _AHEAD)))
        for stripe in near:
            self._shown.cards.want(self._order[stripe.start : stripe.stop].tolist())
        wishes = []
        for ahead in (0, self._layout.pitch * 2):
            for stripe in self._layout.between(top - ahead, top + height + ahead):
                for item_id in self._order[stripe.start : stripe.stop].tolist():
                    card = self._shown.cards.card(item_id)
                    if card is not None:
                        wish = wish_for(card, self._tile, self._layout.picture_height, self.devicePixelRatioF())
                        if wish is not None:
                            wishes.append(wish)
        self._thumbnails.want(dict.fromkeys(wishes))

    def _dress(self) -> None:
        self._painter.refresh()
        self._bands.dress()
        anchor = self._anchor()
        self._lay_out()
        self._come_back(anchor)
        self.viewport().update()

    # events

    def _on_cards(self) -> None:
        self._wishing.start()
        self.viewport().update()

    def _on_pictures(self, ids: set[int]) -> None:
        """Draw just the tiles whose pictures came."""
        top = self.verticalScrollBar().value()
        for stripe in self._layout.between(top, top + self.viewport().height()):
            for index, item_id in zip(stripe, self._order[stripe.start : stripe.stop].tolist()):
                if item_id in ids:
                    self.viewport().update(self._rect(index))

    def _on_selection(self) -> None:
        self.viewport().update()

    def _on_current(self) -> None:
        current = self._selection.current
        self.viewport().update()
        if current is not None and self.hasFocus():
            card = self._shown.cards.card(current)
            self.setAccessibleDescription(self._spoken(card) if card else "")
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.DescriptionChanged))

    def _spoken(self, card: ItemCard) -> str:
        index = browsing.index_of(self._order, card.id)
        place = f", {index + 1:,} of {len(self._order):,}" if index is not None else ""
        return f"{card.name}, {card.kind}{place}{', selected' if self._selection.has(card.id) else ''}"

    def _on_scrolled(self) -> None:
        self._place_widgets()
        if not self._wishing.isActive():
            self._wishing.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        anchor = self._anchor()
        self._lay_out()
        self._come_back(anchor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            (self.larger if event.angleDelta().y() > 0 else self.smaller)()
            event.accept()
        else:
            super().wheelEvent(event)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().scroll(dx, dy)

    def index_under(self, point: QPoint) -> int | None:
        """The tile at a point of the viewport."""
        return self._layout.index_at(point.x(), point.y() + self.verticalScrollBar().value())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self._by_keys = False
        if event.button() == Qt.MouseButton.LeftButton:
            self._mouse.pressed(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mouse.moved(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._mouse.released(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.index_under(event.position().toPoint())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(int(self._order[index]))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            index = self.index_under(event.pos())
            if index is None:
                return
            item_id = int(self._order[index])
            if not self._selection.has(item_id):
                browsing.click(self._selection, self._order, index, Qt.KeyboardModifier.NoModifier)
            self._selection.set_current(item_id)
            self.menu_wanted.emit(item_id, event.globalPos())
        elif self._selection.current is not None:
            place = self.place_on_screen(self._selection.current)
            if place is not None:
                self.menu_wanted.emit(self._selection.current, self.viewport().mapToGlobal(place.center()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self._target(event)
        if index is None:
            super().keyPressEvent(event)
            return
        self._by_keys = True
        browsing.move(
            self._selection, self._order, index, extend=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        )
        self._show_index(index)
        self.viewport().update()

    def _target(self, event: QKeyEvent) -> int | None:
        """The tile a key leads to, or None when the key means nothing here."""
        if not self._layout.count:
            return None
        key, last = event.key(), self._layout.count - 1
        if key == Qt.Key.Key_Home:
            return 0
        if key == Qt.Key.Key_End:
            return last
        page = max(1, self.viewport().height() // self._layout.pitch)
        columns = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(key), 0)
        rows = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}.get(
            Qt.Key(key), 0
        )
        if not columns and not rows:
            return None
        now = browsing.index_of(self._order, self._selection.current)
        if now is None:
            return self._first_in_view()
        return self._layout.step(now, columns, rows)

    def _first_in_view(self) -> int:
        anchor = self._anchor()
        return 0 if anchor is None else anchor.index

    def viewportEvent(self, event: QEvent) -> bool:
        """The tooltip of a tile says what its caption has no room for."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self.index_under(event.pos())
            card = self._shown.cards.card(int(self._order[index])) if index is not None else None
            words = (
                "" if card is None else _tooltip(card, int(self._found_by[index or 0]) if len(self._found_by) else 0)
            )
            QToolTip.showText(event.globalPos(), words, self.viewport())
            return True
        return super().viewportEvent(event)

    def focusOutEvent(self, event: object) -> None:
        self.viewport().update()

    def focusInEvent(self, event: object) -> None:
        self.viewport().update()

    def sizeHint(self) -> QSize:
        return QSize(7 * (self._tile + GAP) + 24, 3 * (self._tile + CAPTION))


def _tooltip(card: ItemCard, found_by: int) -> str:
    """Whole name and folder, and how a search found it; plain text, whatever names hold."""
    lines = [card.name, *([card.path] if card.path else []), *([_FOUND_BY[found_by]] if found_by in _FOUND_BY else [])]
    return "<br>".join(html.escape(line) for line in lines)
