"""Small pictures and waveforms for views: decoded and scaled off the GUI thread, newest wish first, kept while there is room."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QImage, QPainter

from engine.events import Changed
from engine.values import ItemCard

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge

log = logging.getLogger("sightline.thumbnails")
_KEPT_BYTES = 96 * 2**20
_BATCH = 8
_CORNER = 4
MAT_INSET = 4  # pixels of mat around a picture with transparency


@dataclass(frozen=True)
class Wish:
    """One picture a view wants: at most `width` x `height` device pixels."""

    item_id: int
    kind: str
    width: int
    height: int
    ratio: float = 1.0
    inset: int = 0  # device pixels left free on every side, for pictures that lie on a mat

    @property
    def key(self) -> tuple[int, int]:
        return (self.item_id, self.width)


class ThumbnailSource(QObject):
    """`picture` answers at once with what is here; `want` says what is on screen now, and drops what is no longer wished for."""

    arrived = Signal(object)  # set of item ids

    def __init__(self, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._kept: OrderedDict[tuple[int, int], QImage | np.ndarray | None] = OrderedDict()
        self._bytes = 0
        self._wishes: list[Wish] = []
        self._under_way = False
        bridge.changed.connect(self._take_change)

    def picture(self, item_id: int, width: int) -> QImage | np.ndarray | None:
        """A QImage (pictures), (200,) float32 peaks (sounds), or None while there is nothing to draw."""
        key = (item_id, width)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        return None

    def is_missing(self, item_id: int, width: int) -> bool:
        """True once the library answered that it has no picture of the item."""
        key = (item_id, width)
        return key in self._kept and self._kept[key] is None

    def want(self, wishes: Iterable[Wish]) -> None:
        """Load these, in this order, and nothing that was wanted before and is not among them."""
        self._wishes = [wish for wish in wishes if wish.key not in self._kept]
        self._load_next()

    def _load_next(self) -> None:
        if self._under_way or not self._wishes:
            return
        batch, self._wishes = self._wishes[:_BATCH], self._wishes[_BATCH:]
        self._under_way = True
        self._bridge.ask(lambda engine: _load(engine, batch), self._take, failed=self._give_up)

    def _take(self, answers: list[tuple[Wish, QImage | np.ndarray | None]]) -> None:
        for wish, picture in answers:
            self._keep(wish.key, picture)
        self._under_way = False
        self.arrived.emit({wish.item_id for wish, _ in answers})
        self._load_next()

    def _give_up(self, fault: Exception) -> None:
        log.warning("thumbnails could not be read: %s", fault)
        self._under_way = False
        self._wishes = []

    def _keep(self, key: tuple[int, int], picture: QImage | np.ndarray | None) -> None:
        self._bytes += _size(picture) - _size(self._kept.pop(key, None))
        self._kept[key] = picture
        while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= _size(dropped)

    def _take_change(self, change: Changed) -> None:
        if change.items:  # what had no picture a moment ago may have one now
            for key in [key for key, picture in self._kept.items() if picture is None]:
                self._bytes -= _size(self._kept.pop(key))
        if change.thumbnails:
            renewed = set(change.thumbnails)
            for key in [key for key in self._kept if key[0] in renewed]:
                self._bytes -= _size(self._kept.pop(key))
            self.arrived.emit(renewed)


def wish_for(card: ItemCard, width: int, height: int, ratio: float) -> Wish | None:
    """What to load for a card drawn `width` x `height` logical pixels large; texts need nothing."""
    if card.kind == "text":
        return None
    inset = round(MAT_INSET * ratio) if card.mat else 0
    return Wish(card.id, card.kind, round(width * ratio), round(height * ratio), ratio, inset)


def _load(engine: Any, batch: list[Wish]) -> list[tuple[Wish, QImage | np.ndarray | None]]:
    return [(wish, _load_one(engine, wish)) for wish in batch]


def _load_one(engine: Any, wish: Wish) -> QImage | np.ndarray | None:
    try:
        if wish.kind == "audio":
            return engine.thumbnails.waveform(wish.item_id)
        data = engine.thumbnails.get(wish.item_id, max(wish.width, wish.height))
    except OSError as fault:
        log.warning("no thumbnail of item %s: %s", wish.item_id, fault)
        return None
    return (
        None
        if data is None
        else fitted(QImage.fromData(data), wish.width - 2 * wish.inset, wish.height - 2 * wish.inset, wish.ratio)
    )


def fitted(image: QImage, width: int, height: int, ratio: float) -> QImage | None:
    """Scaled down to fit (never up beyond twice), premultiplied for fast drawing; opaque pictures get rounded corners."""
    if image.isNull():
        return None
    target = image.size().scaled(width, height, Qt.AspectRatioMode.KeepAspectRatio)
    if target.width() > image.width() * 2:
        target = image.size() * 2
    target.setWidth(max(1, target.width()))
    target.setHeight(max(1, target.height()))
    scaled = image.scaled(target, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    if image.hasAlphaChannel():
        result = scaled.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    else:
        result = QImage(target, QImage.Format.Format_ARGB32_Premultiplied)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QBrush(scaled))
        corner = _CORNER * ratio
        painter.drawRoundedRect(QRectF(result.rect()), corner, corner)
        painter.end()
    result.setDevicePixelRatio(ratio)
    return result


def _size(picture: QImage | np.ndarray | None) -> int:
    if picture is None:
        return 64
    return picture.sizeInBytes() if isinstance(picture, QImage) else int(picture.nbytes)
