"""What the mouse does on the map: pan, lasso, rectangle, click, hover, and carrying items away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QApplication

from desktop.map.gestures import Gesture, Lasso, Rectangle, Tool, combine_of
from desktop.map.marks import SIZES

if TYPE_CHECKING:
    from desktop.map.canvas import MapCanvas

DRAG = 4  # pixels before a press becomes a drag


class MapPointer:
    """Answers the canvas's mouse events with its signals.

    With the pan tool, a drag that begins on a picture or on a selected point carries items away; anywhere else it moves the map.
    """

    def __init__(self, canvas: MapCanvas) -> None:
        self._canvas = canvas
        self.tool: Tool = "pan"
        self.hover: int | None = None  # row
        self.gesture: Gesture | None = None
        self._pressed: QPointF | None = None
        self._dragged_to: QPointF | None = None
        self._button: Literal["none", "tool", "pan", "carry"] = "none"

    def use(self, tool: Tool) -> None:
        self.tool = tool
        self._set_cursor()

    def pressed(self, event: QMouseEvent) -> None:
        self._pressed = self._dragged_to = event.position()
        if event.button() == Qt.MouseButton.MiddleButton:
            self._button = "pan"
        elif event.button() != Qt.MouseButton.LeftButton:
            self._button = "none"
        elif self.tool != "pan":
            self._button = "tool"
        else:
            self._button = "carry" if self._canvas.can_carry(event.position()) else "pan"
        self._set_cursor()

    def moved(self, event: QMouseEvent) -> None:
        at, pressed = event.position(), self._pressed
        if pressed is None or self._button == "none":
            self.hover_at(at)
            return
        reach = QApplication.startDragDistance() if self._button == "carry" else DRAG
        if self._dragged_to == pressed and (at - pressed).manhattanLength() < reach:
            return
        if self._button == "carry":
            item = self._canvas.item_at(pressed)
            self._pressed, self._button = None, "none"
            self._set_cursor()
            if item is not None:
                self._canvas.carried.emit(item)
            return
        if self._button == "pan":
            step = at - (self._dragged_to or at)
            self._canvas.pan(step.x(), step.y())
        else:
            if self.gesture is None:
                self.gesture = Lasso(pressed) if self.tool == "lasso" else Rectangle(pressed)
                self._canvas.hovered.emit(None, at.toPoint())
            self.gesture.move(at)
            self._canvas.update()
        self._dragged_to = at

    def released(self, event: QMouseEvent) -> None:
        pressed, dragged, button = self._pressed, self._dragged_to != self._pressed, self._button
        self._pressed = self._dragged_to = None
        self._button = "none"
        self._set_cursor()
        combine = combine_of(event.modifiers())
        canvas = self._canvas
        if self.gesture is not None:
            gesture, self.gesture = self.gesture, None
            gesture.move(event.position())
            canvas.update()
            canvas.chosen.emit(canvas.layer.inside(canvas.viewport, gesture.polygon()), combine)
        elif pressed is not None and not dragged and button != "none" and event.button() == Qt.MouseButton.LeftButton:
            item = canvas.item_at(event.position())
            if item is not None:
                canvas.clicked.emit(item, combine, event.position().toPoint())

    def double_clicked(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        item = self._canvas.item_at(event.position())
        if item is None:
            self._canvas.cleared.emit()
        else:
            self._canvas.opened.emit(item)

    def drop_gesture(self) -> bool:
        """Give up a lasso or rectangle that is being drawn; says whether there was one."""
        if self.gesture is None:
            return False
        self.gesture = None
        self._pressed = None
        self._canvas.update()
        return True

    # -- hovering ---------------------------------------------------------------------------------------------
    def hover_at(self, at: QPointF) -> None:
        """The pointer stands here with no button held."""
        self.set_hover(None if self._canvas.motion.moving else self._canvas.row_at(at), at.toPoint())

    def set_hover(self, row: int | None, spot: QPoint) -> None:
        canvas = self._canvas
        if row != self.hover:
            self.hover = row
            canvas.update()
        canvas.hovered.emit(None if row is None else int(canvas.layer.ids[row]), spot)

    def paint(self, painter: QPainter) -> None:
        """A ring round the point under the pointer, and the gesture that is being drawn."""
        canvas = self._canvas
        if self.hover is not None and self.hover < len(canvas.layer):
            x, y = canvas.viewport.to_pixels(canvas.layer.xy[self.hover : self.hover + 1])[0]
            radius = SIZES["near"][0] / 2 + 2.5
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for token, width in (("canvas", 3.5), ("text", 1.5)):
                painter.setPen(QPen(canvas.theme.color(token), width))
                painter.drawEllipse(QPointF(x, y), radius, radius)
        if self.gesture is not None:
            self.gesture.paint(painter, canvas.theme)

    def _set_cursor(self) -> None:
        if self._button == "pan":
            self._canvas.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self.tool == "pan":
            self._canvas.setCursor(Qt.CursorShape.ArrowCursor)
        else:
            self._canvas.setCursor(Qt.CursorShape.CrossCursor)
