"""A picture at full size, or as large as asked: the original decoded with limits, else its largest preview. Runs on a reader thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

if TYPE_CHECKING:
    from engine.engine import Engine

_LIMIT_MB = 512  # decoded size above which an original is not opened here; the preview is shown instead
_PREVIEW_EDGE = 384


def full_picture(engine: Engine, item_id: int, edge: int | None = None) -> QImage:
    """The original, upright, at most `edge` pixels long when given. A null image when nothing can be shown."""
    path = engine.items.path_of(item_id)
    if path is not None and path.is_file():
        QImageReader.setAllocationLimit(_LIMIT_MB)
        reader = QImageReader(str(path))
        reader.setAutoTransform(True)
        size = reader.size()
        if edge is not None and size.isValid() and max(size.width(), size.height()) > edge:
            reader.setScaledSize(size.scaled(QSize(edge, edge), Qt.AspectRatioMode.KeepAspectRatio))
        image = reader.read()
        if not image.isNull():
            return image
    data = engine.thumbnails.get(item_id, _PREVIEW_EDGE)
    return QImage.fromData(data) if data else QImage()
