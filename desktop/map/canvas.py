"""The drawn map: shows points, names, tiles, rings and gestures, and tells what the pointer does. It holds no library data."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop.map.arrangement import TILE_EDGE, Arranged, named, tiled
from desktop.map.gestures import Tool
from desktop.map.layer import PointLayer
from desktop.map.loops import warm
from desktop.map.marks import marks_for, rgb_of
from desktop.map.motion import Motion
from desktop.map.names import NamePainter, regions_in_view
from desktop.map.paint import GREY, NOT_DRAWN, palette
from desktop.map.pointer import MapPointer
from desktop.map.raster import Level, Marks, Points, Raster
from desktop.map.rings import RingPainter
from desktop.map.spread import Box, Candidates, Room
from desktop.map.viewport import Viewport, bounds_of, fitted
from desktop.theme import Theme
from engine.values import Region

TICK_MS = 33
REACH = 10.0  # pixels round the pointer within which a point is meant
CLOSEST, FARTHEST = 4000.0, 0.25  # times the fitted view
FIT_MARGIN = 22
ROOM_EACH = 500  # square pixels for each point in view from which marks are larger
COMPILED_FROM = 8_000  # points; fewer are drawn in time without, and loading numba makes a starting window stutter


class MapCanvas(QWidget):
    """Everything inside the map's frame. Signals carry item ids; selection, colours and pictures are given from outside."""

    view_changed = Signal()
    drawn_changed = Signal()  # another level, or another number of points in view
    chosen = Signal(object, str)  # (n,) int64 ids, Combine
    clicked = Signal(int, str, QPoint)  # item, Combine, spot
    opened = Signal(int)  # a point was double-clicked
    cleared = Signal()  # double-click on empty ground
    hovered = Signal(object, QPoint)  # item or None, spot
    menu_wanted = Signal(object, QPoint)  # item or None, global position
    carried = Signal(int)  # items are dragged away, beginning on this one
    settled = Signal()  # a movement ended
    tiles_wanted = Signal(object, int)  # ids of tiles in view, edge in pixels

    def __init__(self, theme: Theme, layer: PointLayer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("map_canvas")
        self.setAccessibleName("Map of all items")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(120, 90)
        self.theme = theme
        self.layer = layer
        self.motion = Motion()
        self.viewport = Viewport()
        self.level: Level = "far"
        self.in_view = 0
        self.follows = True  # the view is the fitted one until the user moves it
        self.insets: Callable[[], tuple[int, int, int, int]] = lambda: (FIT_MARGIN,) * 4
        self.taken: Callable[[], Sequence[Box]] = lambda: ()
        self.tile_of: Callable[[int, int, float], QPixmap | None] = lambda _item, _edge, _ratio: None
        self.shows_names = self.shows_tiles = True
        self._covered = False
        self._fitted = Viewport()
        self._marked: Region | None = None
        self._regions: tuple[Region, ...] = ()
        self._candidates: Candidates | None = None
        self._arranged: Arranged | None = None
        self._tiles_told: tuple = ()
        self._raster = Raster()
        self.destroyed.connect(self._raster.close)
        self._names = NamePainter(theme)
        self._rings = RingPainter(theme)
        self._image: QImage | None = None
        self.image_key: tuple = ()  # what the picture on screen was drawn from; the view comes first
        self._pixels: np.ndarray | None = None  # the image's memory
        self._palette = np.zeros((14, 3), np.int32)
        self._move_from: Viewport | None = None
        self._pointer = MapPointer(self)
        self._keys_used = False  # the focus is shown for keys, never for the mouse
        self._tell_drawn = QTimer(self, singleShot=True, interval=0)  # not while painting
        self._tell_drawn.timeout.connect(self.drawn_changed)
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._step)
        theme.changed.connect(self.recolour)
        self.recolour()
        self._pointer.use("pan")

    # -- what is shown ----------------------------------------------------------------------------------------
    def take(self, ids: np.ndarray, xy: np.ndarray, *, eased: bool = False, at_once: bool = False) -> np.ndarray:
        """Show a frame. Known points move there, new ones fade in; returns the rows that are new.

        eased: an asked-for re-layout (600 ms); at_once: nothing is animated (the first look at a finished map).
        """
        first = not len(self.layer)
        if len(ids) >= COMPILED_FROM:
            warm()
        same = np.array_equal(ids, self.layer.ids)
        placed = self.layer.take(ids, xy)
        if not same:  # rows that still faded in belonged to the points before
            self.motion.fade_in(placed.new[:0] if first or at_once else placed.new)
        self._pointer.hover = None
        if self.follows:
            self._move_from = None if first else self.viewport
            self._fitted = self._fit_view(placed.after)
        if first or at_once:
            self.motion.finish()
            self._arrive()
            return placed.new
        if self.motion.begin(placed.before, placed.after, eased=eased):
            self.layer.move_to(placed.before)
            self._clock.start()
        else:
            self._arrive()
            if self.motion.active:
                self._clock.start()
        self.update()
        return placed.new

    def recolour(self) -> None:
        """Take the theme's colours; the legend's order decides which slot has which."""
        tokens = self.theme.tokens
        colouring = self.layer.colouring
        colours = tokens.sequential if colouring is not None and colouring.ordered else tokens.map_colours
        self._palette = palette(colours, tokens.other, tokens.unselected)
        self._rings.recolour()
        self.layer.version += 1
        self.update()

    @property
    def colours(self) -> np.ndarray:
        """(14, 3) int32: what the slots look like now."""
        return self._palette

    def set_regions(self, regions: Sequence[Region]) -> None:
        """The named places."""
        self._regions = tuple(regions)
        self._arranged = None
        self.update()

    @property
    def regions(self) -> tuple[Region, ...]:
        return self._regions

    def regions_now(self) -> list[Region]:
        """The named places of this zoom, most items first."""
        return sorted(regions_in_view(self._regions, self.closeness), key=lambda each: -each.count)

    def mark_region(self, region: Region | None) -> None:
        """Underline the name of the place that keys have gone to."""
        self._marked = region
        self.update()

    def show_names(self, on: bool) -> None:
        self.shows_names, self._arranged = on, None
        self.update()

    def show_tiles(self, on: bool) -> None:
        self.shows_tiles, self._arranged = on, None
        self.update()

    def cover(self, on: bool) -> None:
        """Words lie over the middle of the map: names and tiles leave it to them."""
        if on != self._covered:
            self._covered, self._arranged = on, None
            self.update()

    def set_candidates(self, candidates: Candidates | None) -> None:
        """Which rows may stand for their neighbourhood at this zoom step."""
        self._candidates = candidates
        self._arranged = None
        self.update()

    @property
    def candidates(self) -> Candidates | None:
        return self._candidates

    @property
    def tool(self) -> Tool:
        return self._pointer.tool

    def set_tool(self, tool: Tool) -> None:
        self._pointer.use(tool)

    # -- the view ---------------------------------------------------------------------------------------------
    @property
    def closeness(self) -> float:
        """How many times as near as the fitted view."""
        return self.viewport.scale_x / max(self._fitted.scale_x, 1e-12)

    def fit(self) -> None:
        """Show everything, and keep showing everything until the view is moved."""
        self.follows = True
        self._fitted = self.viewport = self._fit_view(self.layer.xy)
        self._look_changed()

    def look_at(self, viewport: Viewport) -> None:
        """Move the view; from now on it stays where the user puts it."""
        self.follows = False
        near, far = self._fitted.scale_x * CLOSEST, self._fitted.scale_x * FARTHEST
        if near > 0 and not far <= viewport.scale_x <= near:
            return
        self.viewport = viewport
        self._look_changed()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Closer by `factor` around a pixel, or around the middle."""
        spot = at or QPointF(self.width() / 2, self.height() / 2)
        self.look_at(self.viewport.zoomed(factor, spot.x(), spot.y()))

    def pan(self, dx: float, dy: float) -> None:
        """Move the points by so many pixels."""
        self.look_at(self.viewport.panned(dx, dy))

    def look_around(self, x: float, y: float, factor: float = 1.0) -> None:
        """Put a place of the map (map units) in the middle, closer by `factor`."""
        spot = self.viewport.to_pixels(np.array([[x, y]]))[0]
        moved = self.viewport.panned(self.width() / 2 - spot[0], self.height() / 2 - spot[1])
        self.look_at(moved.zoomed(factor, self.width() / 2, self.height() / 2))

    def _fit_view(self, xy: np.ndarray) -> Viewport:
        if not len(xy):
            return Viewport(width=max(1, self.width()), height=max(1, self.height()))
        return fitted(bounds_of(xy), self.width(), self.height(), self.insets())

    def _look_changed(self) -> None:
        self._arranged = None
        self.update()
        self.view_changed.emit()

    # -- movement ---------------------------------------------------------------------------------------------
    def _step(self) -> None:
        now = self.motion.step()
        if now is not None:
            self.layer.move_to(now)
            if self.follows:
                start = self._move_from
                share = self.motion.share
                self.viewport = self._fitted if start is None or share >= 1 else start.between(self._fitted, share)
            if not self.motion.moving:
                self._arrive()
        if not self.motion.active:
            self._clock.stop()
        self._arranged = None
        self.update()

    def jump_to_end(self) -> bool:
        """End a movement at once (Esc); says whether there was one."""
        after = self.motion.finish()
        if after is None:
            return False
        self.layer.move_to(after)
        self._arrive()
        return True

    def _arrive(self) -> None:
        if self.follows:
            self.viewport = self._fitted
        self._move_from = None
        self._arranged = None
        self.update()
        self.settled.emit()

    # -- drawing ----------------------------------------------------------------------------------------------
    def render_picture(self) -> QImage:
        """The points as an image; kept until the view, the points or the colours change."""
        fading = len(self.motion.fresh) > 0
        ratio = self.devicePixelRatioF()
        roomy = 0 < self.in_view * ROOM_EACH < self.width() * self.height()
        key = (self.viewport, self.layer.version, ratio, roomy, self.motion.opacity if fading else 1.0)
        if self._image is not None and key == self.image_key:
            return self._image
        view = self.viewport.resized(self.width(), self.height())
        ground = self._ground()
        points = self.layer.points(self.motion.moving)
        fresh = self.motion.fresh
        if fading:
            points = self._without(fresh)
        picture = self._raster.draw(
            points, view, self._palette, ground, lambda level: (marks_for(level, ratio, roomy), ratio), self.level
        )
        pixels = picture.pixels
        if fading:
            self._lay_fresh(pixels, fresh, view, marks_for(picture.level, ratio, roomy), picture.level, ratio)
        height, width = pixels.shape
        image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32)
        if picture.level != "far":
            image.setDevicePixelRatio(ratio)
        self._pixels, self._image, self.image_key = pixels, image, key
        if (picture.seen, picture.level) != (self.in_view, self.level):
            if picture.level != self.level:
                self._arranged = None
            self.in_view, self.level = picture.seen, picture.level
            self._tell_drawn.start()
        return image

    def _ground(self) -> np.ndarray:
        return rgb_of(self.theme.color("canvas"))

    def _without(self, rows: np.ndarray) -> Points:
        paint = self.layer.paint.copy()
        paint[rows] = NOT_DRAWN
        return Points(self.layer.xy, paint, self.layer.kinds)

    def _lay_fresh(
        self, pixels: np.ndarray, rows: np.ndarray, view: Viewport, marks: Marks, level: Level, ratio: float
    ) -> None:
        new = Points(self.layer.xy[rows], self.layer.paint[rows], self.layer.kinds[rows])
        if level == "far":
            marks = Marks(np.ones((3, 1, 1), np.float32), np.zeros((3, 1, 1), np.float32))
        else:
            view = view.scaled(ratio)
        self._raster.lay(pixels.reshape(-1), new, view, self._palette, self._ground(), marks, self.motion.opacity)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        image = self.render_picture()
        if self.level == "far":
            painter.drawImage(QRectF(self.rect()), image)
        else:
            painter.drawImage(QPointF(0, 0), image)
        if len(self.layer):
            arranged = self._arrange()
            self._paint_tiles(painter, arranged)
            self._names.paint(painter, arranged.names, self._marked)
            self._paint_rings(painter)
        self._pointer.paint(painter)
        if self.hasFocus() and self._keys_used:
            painter.setPen(QPen(self.theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _arrange(self) -> Arranged:
        key = (self.viewport, self.layer.geometry, self.level, self.size())
        if self._arranged is not None and self._arranged.key == key:
            return self._arranged
        room = Room(self.width(), self.height(), self.taken())
        regions = self._regions if self.shows_names and not self._covered else ()
        names = named(self._names, regions, self.closeness, self.viewport, room)
        tiles: list[tuple[int, Box]] = []
        if self.shows_tiles and not self.motion.moving and not self._covered:
            view = self.viewport.resized(self.width(), self.height())
            tiles = tiled(self.layer, view, self.level, self._candidates, room)
            edge = TILE_EDGE[self.level]
            told = (tuple(row for row, _ in tiles), edge, self.layer.geometry)
            if told != self._tiles_told:
                self._tiles_told = told
                ids = self.layer.ids[[row for row, _ in tiles]] if tiles else self.layer.ids[:0]
                QTimer.singleShot(0, lambda: self.tiles_wanted.emit(ids.tolist(), edge))
        self._arranged = Arranged(key, tuple(names), tuple(tiles))
        return self._arranged

    def _paint_tiles(self, painter: QPainter, arranged: Arranged) -> None:
        ratio = self.devicePixelRatioF()
        edge = TILE_EDGE[self.level]
        for row, box in arranged.tiles:
            tile = self.tile_of(int(self.layer.ids[row]), edge, ratio)
            if tile is not None:
                painter.drawPixmap(QPointF(box.left, box.top), tile)

    def _paint_rings(self, painter: QPainter) -> None:
        selected = self.layer.selected
        if selected is None:
            return
        paint = self.layer.slots
        rows = np.flatnonzero(selected & (paint != NOT_DRAWN))
        pixels = self.viewport.to_pixels(self.layer.xy[rows])
        inside = ((pixels > -8) & (pixels < (self.width() + 8, self.height() + 8))).all(axis=1)
        rows, pixels = rows[inside], pixels[inside]
        slots = np.where(self.layer.paint[rows] == GREY, GREY, paint[rows])
        self._rings.paint(painter, pixels, self.layer.kinds[rows], slots, self._palette)

    # -- pointer and keys -------------------------------------------------------------------------------------
    def item_at(self, spot: QPointF) -> int | None:
        """The item whose tile or point lies under a pixel."""
        row = self.row_at(spot)
        return None if row is None else int(self.layer.ids[row])

    def tiles(self) -> list[tuple[int, Box]]:
        """Items whose tiles are shown now, with their places in pixels."""
        return [] if self._arranged is None else [(int(self.layer.ids[row]), box) for row, box in self._arranged.tiles]

    def spot_of(self, item_id: int) -> QPointF | None:
        """The pixel of an item's point, or None when it is not on the map."""
        row = int(self.layer.rows_of(np.array([item_id]))[0])
        if row < 0:
            return None
        x, y = self.viewport.to_pixels(self.layer.xy[row : row + 1])[0]
        return QPointF(float(x), float(y))

    def row_at(self, spot: QPointF) -> int | None:
        """The row whose tile or point lies under a pixel."""
        if self._arranged is not None and self.level == "near":
            row = self.layer.pick(self.viewport, spot.x(), spot.y(), 5)  # a mark beside a tile is meant before the tile
            if row is not None:
                return row
        if self._arranged is not None:
            for row, box in self._arranged.tiles:
                if box.left <= spot.x() <= box.right and box.top <= spot.y() <= box.bottom:
                    return row
        return self.layer.pick(self.viewport, spot.x(), spot.y(), REACH)

    def can_carry(self, spot: QPointF) -> bool:
        """Whether a drag from this pixel takes items along: it begins on a picture, or on a point that is selected."""
        row = self.row_at(spot)
        if row is None:
            return False
        on_tile = any(
            box.left <= spot.x() <= box.right and box.top <= spot.y() <= box.bottom for _, box in self.tiles()
        )
        return on_tile or (self.layer.selected is not None and bool(self.layer.selected[row]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._keys_used = False
        self._pointer.pressed(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer.moved(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointer.released(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pointer.double_clicked(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() or event.angleDelta().x()
        if steps:
            self.zoom(1.0018**steps, event.position())
        event.accept()

    def leaveEvent(self, _event: object) -> None:
        self._pointer.set_hover(None, QPoint())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            self.menu_wanted.emit(self.item_at(QPointF(event.pos())), event.globalPos())
        else:
            self.menu_wanted.emit(None, self.mapToGlobal(self.rect().center()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.show_focus()
        super().keyPressEvent(event)

    def show_focus(self) -> None:
        """Keys are used here now: show where the focus is."""
        if not self._keys_used:
            self._keys_used = True
            self.update()

    def focusInEvent(self, event: object) -> None:
        reason = event.reason()  # type: ignore[attr-defined]
        self._keys_used = reason in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, _event: object) -> None:
        self.update()

    @property
    def gesture_runs(self) -> bool:
        """Whether a lasso or rectangle is being drawn."""
        return self._pointer.gesture is not None

    def drop_gesture(self) -> bool:
        """Give up a lasso or rectangle that is being drawn; says whether there was one."""
        return self._pointer.drop_gesture()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.viewport = self.viewport.resized(self.width(), self.height())
        fit = self._fit_view(self.layer.xy)
        self._fitted = fit
        if self.follows:
            self.viewport = fit
        self._look_changed()
        super().resizeEvent(event)

    def close_threads(self) -> None:
        """End the second drawing thread."""
        self._raster.close()
