"""What the mouse does in the grid: clicks select, dragging a tile carries the selection away, dragging between tiles stretches a band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from desktop.collections import browsing
from desktop.selection import SelectionModel

if TYPE_CHECKING:
    from desktop.collections.grid_canvas import GridCanvas

_EXTENDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_NOTHING = np.empty(0, dtype=np.int64)


class GridMouse(QObject):
    """`band` is the rubber band in content coordinates while one is stretched."""

    def __init__(self, canvas: GridCanvas, selection: SelectionModel) -> None:
        super().__init__(canvas)
        self._canvas, self._selection = canvas, selection
        self._press: QPoint | None = None
        self._press_on: int | None = None
        self.band: QRect | None = None
        self._band_start: QPoint | None = None  # in content coordinates
        self._band_base = _NOTHING
        self._edge_scroll = QTimer(self, interval=30)
        self._edge_scroll.timeout.connect(self._scroll_at_edge)

    def pressed(self, event: QMouseEvent) -> None:
        """On a tile: select, or the start of a drag. Between tiles: the start of a band."""
        point = event.position().toPoint()
        index = self._canvas.index_under(point)
        self._press, self._press_on = point, index
        extending = bool(event.modifiers() & _EXTENDING)
        if index is None:
            self._band_start = self._in_content(point)
            self._band_base = self._selection.ids if extending else _NOTHING
            return
        item = int(self._canvas.order[index])
        if not extending and self._selection.has(item):
            self._selection.set_current(item)  # it may be the start of a drag of all selected
            return
        browsing.click(self._selection, self._canvas.order, index, event.modifiers())
        if extending:
            self._press_on = None

    def moved(self, event: QMouseEvent) -> bool:
        """Whether the movement was part of a drag or a band."""
        if self._press is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        point = event.position().toPoint()
        far = (point - self._press).manhattanLength() >= QApplication.startDragDistance()
        if self._press_on is not None:
            if far:
                self._press = self._press_on = None
                self._canvas.drag_wanted.emit()
        elif self._band_start is not None and (far or self.band is not None):
            self._stretch(point)
            self._edge_scroll.start()
        return True

    def released(self, event: QMouseEvent) -> None:
        """A click on one of several selected tiles selects it alone; one between tiles clears."""
        self._edge_scroll.stop()
        if self._press is not None:
            plain = not event.modifiers() & _EXTENDING
            if self._press_on is not None:
                browsing.click(self._selection, self._canvas.order, self._press_on, Qt.KeyboardModifier.NoModifier)
            elif self.band is None and self._band_start is not None and plain:
                self._selection.clear()
        self._press = self._press_on = self.band = self._band_start = None
        self._canvas.viewport().update()

    def _in_content(self, point: QPoint) -> QPoint:
        return point + QPoint(0, self._canvas.verticalScrollBar().value())

    def _stretch(self, point: QPoint) -> None:
        if self._band_start is None:
            return
        self.band = band = QRect(self._band_start, self._in_content(point)).normalized()
        touched = self._canvas.layout_of_tiles.touched(band.left(), band.top(), band.right(), band.bottom())
        self._selection.set(np.concatenate([self._band_base, self._canvas.order[touched]]))
        self._canvas.viewport().update()

    def _scroll_at_edge(self) -> None:
        viewport = self._canvas.viewport()
        point = viewport.mapFromGlobal(self._canvas.cursor().pos())
        beyond = min(0, point.y()) + max(0, point.y() - viewport.height())
        if self.band is not None and beyond:
            bar = self._canvas.verticalScrollBar()
            bar.setValue(bar.value() + beyond)
            self._stretch(point)
