"""The drawn map: shows points, names, tiles, rings and gestures, and tells what the pointer does. It holds no library data."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

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

from desktop.map.gestures import Gesture, Lasso, Rectangle, Tool, combine_of
from desktop.map.layer import PointLayer
from desktop.map.loops import warm
from desktop.map.marks import SIZES, marks_for, rgb_of
from desktop.map.motion import Motion
from desktop.map.names import NamePainter, PlacedName, regions_in_view
from desktop.map.paint import GREY, NOT_DRAWN, palette
from desktop.map.raster import Level, Marks, Points, Raster
from desktop.map.rings import RingPainter
from desktop.map.spread import Box, Candidates, Room, everyone, place_tiles
from desktop.map.viewport import Viewport, bounds_of, fitted
from desktop.theme import Theme
from engine.values import Region

TICK_MS = 33
REACH = 10.0  # pixels round the pointer within which a point is meant
DRAG = 4  # pixels before a press becomes a drag
TILE_EDGE: dict[Level, int] = {"far": 30, "middle": 40, "near": 64}
TILE_GAP: dict[Level, float] = {"far": 8, "middle": 4, "near": 6}
NEAR_LIFT = 9  # a near tile stands above its mark
CLOSEST, FARTHEST = 4000.0, 0.25  # times the fitted view
FIT_MARGIN = 22
COMPILED_FROM = 8_000  # points; fewer are drawn in time without, and loading numba makes a starting window stutter


@dataclass(frozen=True)
class _Arranged:
    """Names and tiles of one view."""

    key: tuple
    names: tuple[PlacedName, ...]
    tiles: tuple[tuple[int, Box], ...]


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
        self._theme = theme
        self.layer = layer
        self.motion = Motion()
        self.viewport = Viewport()
        self.level: Level = "far"
        self.in_view = 0
        self.tool: Tool = "pan"
        self.follows = True  # the view is the fitted one until the user moves it
        self.insets: Callable[[], tuple[int, int, int, int]] = lambda: (FIT_MARGIN,) * 4
        self.taken: Callable[[], Sequence[Box]] = lambda: ()
        self.tile_of: Callable[[int, int, float], QPixmap | None] = lambda _item, _edge, _ratio: None
        self.shows_names = self.shows_tiles = True
        self._fitted = Viewport()
        self._marked: Region | None = None
        self._regions: tuple[Region, ...] = ()
        self._coarsest = 0
        self._candidates: Candidates | None = None
        self._arranged: _Arranged | None = None
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
        self._pressed: QPointF | None = None
        self._dragged_to: QPointF | None = None
        self._button: Literal["none", "tool", "pan"] = "none"
        self._gesture: Gesture | None = None
        self._hover: int | None = None  # row
        self._keys_used = False  # the focus is shown for keys, never for the mouse
        self._tell_drawn = QTimer(self, singleShot=True, interval=0)  # not while painting
        self._tell_drawn.timeout.connect(self.drawn_changed)
        self._clock = QTimer(self, interval=TICK_MS)
        self._clock.timeout.connect(self._step)
        theme.changed.connect(self.recolour)
        self.recolour()
        self._set_cursor()

    # -- what is shown ----------------------------------------------------------------------------------------
    def take(self, ids: np.ndarray, xy: np.ndarray, *, eased: bool = False, at_once: bool = False) -> np.ndarray:
        """Show a frame. Known points move there, new ones fade in; returns the rows that are new.

        eased: an asked-for re-layout (600 ms); at_once: nothing is animated (the first look at a finished map).
        """
        first = not len(self.layer)
        if len(ids) >= COMPILED_FROM:
            warm()
        placed = self.layer.take(ids, xy)
        self._hover = None
        if self.follows:
            self._move_from = None if first else self.viewport
            self._fitted = self._fit_view(placed.after)
        if first or at_once:
            self.motion.finish()
            self._arrive()
            return placed.new
        if len(placed.new):
            self.motion.fade_in(placed.new)
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
        tokens = self._theme.tokens
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

    def set_regions(self, regions: Sequence[Region], coarsest: int = 0) -> None:
        """The named places; `coarsest` is the level shown from afar, such as the one the legend names."""
        self._regions, self._coarsest = tuple(regions), coarsest
        self._arranged = None
        self.update()

    @property
    def regions(self) -> tuple[Region, ...]:
        return self._regions

    def regions_now(self) -> list[Region]:
        """The named places of this zoom, most items first."""
        return sorted(regions_in_view(self._regions, self.closeness, self._coarsest), key=lambda each: -each.count)

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

    def set_candidates(self, candidates: Candidates | None) -> None:
        """Which rows may stand for their neighbourhood at this zoom step."""
        self._candidates = candidates
        self._arranged = None
        self.update()

    @property
    def candidates(self) -> Candidates | None:
        return self._candidates

    def set_tool(self, tool: Tool) -> None:
        self.tool = tool
        self._set_cursor()

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
        key = (self.viewport, self.layer.version, ratio, self.motion.opacity if fading else 1.0)
        if self._image is not None and key == self.image_key:
            return self._image
        view = self.viewport.resized(self.width(), self.height())
        ground = self._ground()
        points = self.layer.points(self.motion.moving)
        fresh = self.motion.fresh
        if fading:
            points = self._without(fresh)
        picture = self._raster.draw(
            points, view, self._palette, ground, lambda level: (marks_for(level, ratio), ratio), self.level
        )
        pixels = picture.pixels
        if fading:
            self._lay_fresh(pixels, fresh, view, picture.level, ratio, ground)
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
        return rgb_of(self._theme.color("canvas"))

    def _without(self, rows: np.ndarray) -> Points:
        paint = self.layer.paint.copy()
        paint[rows] = NOT_DRAWN
        return Points(self.layer.xy, paint, self.layer.kinds)

    def _lay_fresh(
        self, pixels: np.ndarray, rows: np.ndarray, view: Viewport, level: Level, ratio: float, ground: np.ndarray
    ) -> None:
        new = Points(self.layer.xy[rows], self.layer.paint[rows], self.layer.kinds[rows])
        if level == "far":
            dot = Marks(np.ones((3, 1, 1), np.float32), np.zeros((3, 1, 1), np.float32))
        else:
            dot, view = marks_for(level, ratio), view.scaled(ratio)
        self._raster.lay(pixels.reshape(-1), new, view, self._palette, ground, dot, self.motion.opacity)

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
            self._paint_hover(painter)
        if self._gesture is not None:
            self._gesture.paint(painter, self._theme)
        if self.hasFocus() and self._keys_used:
            painter.setPen(QPen(self._theme.color("accent"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _arrange(self) -> _Arranged:
        """Names first, then tiles where there is room left."""
        key = (self.viewport, self.layer.geometry, self.level, self.size())
        if self._arranged is not None and self._arranged.key == key:
            return self._arranged
        room = Room(self.width(), self.height(), self.taken())
        regions = regions_in_view(self._regions, self.closeness, self._coarsest) if self.shows_names else []
        names = self._names.place(regions, self.viewport, room)
        tiles: list[tuple[int, Box]] = []
        if self.shows_tiles and not self.motion.moving:
            edge = TILE_EDGE[self.level]
            rows, lifts = self._tile_rows(edge)
            pixels = self.viewport.to_pixels(self.layer.xy[rows])
            inside = ((pixels >= 0) & (pixels <= (self.width(), self.height() + edge))).all(axis=1)
            tiles = place_tiles(rows[inside], pixels[inside], edge, room, TILE_GAP[self.level], lifts[inside])
            told = (tuple(row for row, _ in tiles), edge, self.layer.geometry)
            if told != self._tiles_told:
                self._tiles_told = told
                ids = self.layer.ids[[row for row, _ in tiles]] if tiles else self.layer.ids[:0]
                QTimer.singleShot(0, lambda: self.tiles_wanted.emit(ids.tolist(), edge))
        self._arranged = _Arranged(key, tuple(names), tuple(tiles))
        return self._arranged

    def _tile_rows(self, edge: int) -> tuple[np.ndarray, np.ndarray]:
        """Who may have a tile, most important first, and how many pixels above its point: (n,) rows, (n,) float64."""
        if self.level == "near":
            rows = self.layer.seen(self.viewport)
            rows = everyone(rows[self.layer.pickable[rows]], self.layer.ids, self.layer.kinds)
            return rows, np.full(len(rows), edge / 2 + NEAR_LIFT)
        found = self._candidates
        if found is None or found.rows.max(initial=0) >= len(self.layer):
            return np.empty(0, np.int64), np.empty(0)
        return found.rows, found.above * self.viewport.scale_y + edge / 2 + 3

    def _paint_tiles(self, painter: QPainter, arranged: _Arranged) -> None:
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

    def _paint_hover(self, painter: QPainter) -> None:
        if self._hover is None or self._hover >= len(self.layer):
            return
        x, y = self.viewport.to_pixels(self.layer.xy[self._hover : self._hover + 1])[0]
        radius = SIZES["near"][0] / 2 + 2.5
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._theme.color("canvas"), 3.5))
        painter.drawEllipse(QPointF(x, y), radius, radius)
        painter.setPen(QPen(self._theme.color("text"), 1.5))
        painter.drawEllipse(QPointF(x, y), radius, radius)

    # -- pointer and keys -------------------------------------------------------------------------------------
    def item_at(self, spot: QPointF) -> int | None:
        """The item whose tile or point lies under a pixel."""
        row = self._row_at(spot)
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

    def _row_at(self, spot: QPointF) -> int | None:
        if self._arranged is not None and self.level == "near":
            row = self.layer.pick(self.viewport, spot.x(), spot.y(), 5)  # a mark beside a tile is meant before the tile
            if row is not None:
                return row
        if self._arranged is not None:
            for row, box in self._arranged.tiles:
                if box.left <= spot.x() <= box.right and box.top <= spot.y() <= box.bottom:
                    return row
        return self.layer.pick(self.viewport, spot.x(), spot.y(), REACH)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._keys_used = False
        self._pressed = self._dragged_to = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._button = "pan"
        elif event.button() == Qt.MouseButton.LeftButton:
            self._button = "pan" if self.tool == "pan" else "tool"
        else:
            self._button = "none"
        self._set_cursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is None or self._button == "none":
            self._hover_at(at)
            return
        if self._dragged_to == self._pressed and (at - self._pressed).manhattanLength() < DRAG:
            return
        if self._button == "pan":
            step = at - (self._dragged_to or at)
            self.pan(step.x(), step.y())
        else:
            if self._gesture is None:
                self._gesture = Lasso(self._pressed) if self.tool == "lasso" else Rectangle(self._pressed)
                self.hovered.emit(None, at.toPoint())
            self._gesture.move(at)
            self.update()
        self._dragged_to = at

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, dragged, button = self._pressed, self._dragged_to != self._pressed, self._button
        self._pressed = self._dragged_to = None
        self._button = "none"
        self._set_cursor()
        combine = combine_of(event.modifiers())
        if self._gesture is not None:
            gesture, self._gesture = self._gesture, None
            gesture.move(event.position())
            self.update()
            self.chosen.emit(self.layer.inside(self.viewport, gesture.polygon()), combine)
        elif pressed is not None and not dragged and button != "none" and event.button() == Qt.MouseButton.LeftButton:
            item = self.item_at(event.position())
            if item is not None:
                self.clicked.emit(item, combine, event.position().toPoint())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        item = self.item_at(event.position())
        if item is None:
            self.cleared.emit()
        else:
            self.opened.emit(item)

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() or event.angleDelta().x()
        if steps:
            self.zoom(1.0018**steps, event.position())
        event.accept()

    def leaveEvent(self, _event: object) -> None:
        self._set_hover(None, QPoint())

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
        return self._gesture is not None

    def drop_gesture(self) -> bool:
        """Give up a lasso or rectangle that is being drawn; says whether there was one."""
        if self._gesture is None:
            return False
        self._gesture = None
        self._pressed = None
        self.update()
        return True

    def _hover_at(self, at: QPointF) -> None:
        if self.motion.moving:
            self._set_hover(None, at.toPoint())
        else:
            self._set_hover(self._row_at(at), at.toPoint())

    def _set_hover(self, row: int | None, spot: QPoint) -> None:
        if row != self._hover:
            self._hover = row
            self.update()
        self.hovered.emit(None if row is None else int(self.layer.ids[row]), spot)

    def _set_cursor(self) -> None:
        if self._button == "pan":
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.tool == "pan":
            self.setCursor(Qt.CursorShape.ArrowCursor)
        else:
            self.setCursor(Qt.CursorShape.CrossCursor)

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
