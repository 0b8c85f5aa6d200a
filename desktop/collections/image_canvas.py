"""Shows one picture: fitted, zoomed at the pointer, dragged about. Used by the inspector, the viewer and the comparison."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

_MOST = 16.0  # screen pixels per picture pixel


class ImageCanvas(QWidget):
    """`zoom` is screen pixels per picture pixel, device pixels counted; None means fitted. Pans by `middle`, in shares of the picture."""

    view_changed = Signal()
    activated = Signal()  # double click

    def __init__(self, ground: QColor, parent: QWidget | None = None, *, corner: float = 0.0, margin: int = 0) -> None:
        super().__init__(parent)
        self._ground, self._corner, self._margin = ground, corner, margin
        self._image = QImage()
        self._logical = QSizeF()  # size of the original, which may be larger than the preview shown meanwhile
        self.zoom: float | None = None
        self.middle = QPointF(0.5, 0.5)
        self._held: QPointF | None = None
        self.setMouseTracking(True)

    @property
    def image(self) -> QImage:
        return self._image

    def set_ground(self, ground: QColor) -> None:
        self._ground = ground
        self.update()

    def show_image(self, image: QImage, original: tuple[int, int] | None = None, *, keep_view: bool = False) -> None:
        """Show a picture; `original` is the size in pixels that 100 % refers to while only a preview is here."""
        self._image = image
        self._logical = QSizeF(*original) if original else QSizeF(image.size())
        if not keep_view:
            self.zoom, self.middle = None, QPointF(0.5, 0.5)
        self.update()

    def set_view(self, zoom: float | None, middle: QPointF) -> None:
        """Take over zoom and place from another canvas, without telling."""
        self.zoom, self.middle = zoom, QPointF(middle)
        self.update()

    def toggle_full_size(self, at: QPointF | None = None) -> None:
        """Between fitted and one picture pixel per screen pixel."""
        if self.zoom is None:
            self._zoom_to(1.0, at or QPointF(self.rect().center()), least=1.0)
        else:
            self.fit()

    def fit(self) -> None:
        self.zoom, self.middle = None, QPointF(0.5, 0.5)
        self._tell()

    def zoom_by(self, factor: float) -> None:
        self._zoom_to(self.scale() * factor, QPointF(self.rect().center()))

    def scale(self) -> float:
        """Screen pixels per picture pixel now."""
        return self.zoom if self.zoom is not None else self._fitted()

    def picture_rect(self) -> QRectF:
        """Where the whole picture lies, in widget coordinates."""
        scale = self.scale() / self.devicePixelRatioF()
        width, height = self._logical.width() * scale, self._logical.height() * scale
        center = QRectF(self.rect()).center()
        if self.zoom is None:
            return QRectF(center.x() - width / 2, center.y() - height / 2, width, height)
        return QRectF(center.x() - self.middle.x() * width, center.y() - self.middle.y() * height, width, height)

    def _fitted(self) -> float:
        if self._logical.isEmpty():
            return 1.0
        ratio = self.devicePixelRatioF()
        wide = (self.width() - 2 * self._margin) * ratio / self._logical.width()
        high = (self.height() - 2 * self._margin) * ratio / self._logical.height()
        return max(0.001, min(wide, high, 4.0))

    def _zoom_to(self, zoom: float, at: QPointF, least: float | None = None) -> None:
        before = self.picture_rect()
        if before.isEmpty():
            return
        share = QPointF((at.x() - before.left()) / before.width(), (at.y() - before.top()) / before.height())
        fitted = self._fitted() if least is None else least
        if zoom <= fitted and self.zoom is not None and zoom < self.zoom:
            self.fit()
            return
        self.zoom = min(max(zoom, fitted), _MOST)
        scale = self.zoom / self.devicePixelRatioF()
        offset = at - QRectF(self.rect()).center()
        self.middle = QPointF(
            share.x() - offset.x() / (self._logical.width() * scale),
            share.y() - offset.y() / (self._logical.height() * scale),
        )
        self._keep_in_view()
        self._tell()

    def _keep_in_view(self) -> None:
        scale = self.scale() / self.devicePixelRatioF()
        for axis, (extent, length) in enumerate(
            ((self.width(), self._logical.width() * scale), (self.height(), self._logical.height() * scale))
        ):
            half = min(0.5, extent / (2 * length)) if length else 0.5
            value = self.middle.x() if axis == 0 else self.middle.y()
            value = min(max(value, half), 1 - half)
            self.middle = QPointF(value, self.middle.y()) if axis == 0 else QPointF(self.middle.x(), value)

    def _tell(self) -> None:
        self.update()
        self.view_changed.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._image.isNull():
            return
        self._zoom_to(self.scale() * 1.0015 ** event.angleDelta().y(), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.zoom is not None:
            self._held = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            self.setCursor(Qt.CursorShape.OpenHandCursor if self.zoom is not None else Qt.CursorShape.ArrowCursor)
            return
        rect = self.picture_rect()
        moved = event.position() - self._held
        self._held = event.position()
        self.middle -= QPointF(moved.x() / rect.width(), moved.y() / rect.height())
        self._keep_in_view()
        self._tell()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        if self.zoom is not None:
            self._keep_in_view()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ground)
        painter.drawRoundedRect(QRectF(self.rect()), self._corner, self._corner)
        if self._image.isNull():
            return
        place = self.picture_rect()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom is None or self.scale() < 4)
        seen = place.intersected(QRectF(self.rect()))
        if seen.isEmpty() or place.isEmpty():
            return
        across, down = self._image.width() / place.width(), self._image.height() / place.height()
        source = QRectF(
            (seen.left() - place.left()) * across,
            (seen.top() - place.top()) * down,
            seen.width() * across,
            seen.height() * down,
        )
        if across > 2:  # far smaller than its pixels: area averaging looks better than taking every n-th
            small = self._image.scaled(
                (place.size() * self.devicePixelRatioF()).toSize(),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
            painter.drawImage(place, small)
        else:
            painter.drawImage(seen, self._image, source)
