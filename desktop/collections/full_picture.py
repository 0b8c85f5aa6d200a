"""A picture for looking at: the original as a media worker decoded it, else its largest preview. Runs on a reader thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage, QImageReader

if TYPE_CHECKING:
    from engine.engine import Engine

LARGEST = 8192  # pixels along the longer edge; larger originals are shown at this size
_PREVIEW_EDGE = 384
_LIMIT_MB = 512  # decoded, what 8192 x 8192 pixels and a little more take


def full_picture(engine: Engine, item_id: int, edge: int = LARGEST) -> QImage:
    """Upright, at most `edge` pixels long. A null image when nothing can be shown."""
    data = engine.originals.picture(item_id, edge) or engine.thumbnails.get(item_id, _PREVIEW_EDGE)
    QImageReader.setAllocationLimit(_LIMIT_MB)
    return QImage.fromData(data) if data else QImage()
