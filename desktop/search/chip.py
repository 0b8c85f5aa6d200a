"""One part of a search as a chip: sign, what it is, a cross to take it out. Reached and changed by keys as well."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from desktop.search.wording import term_words
from desktop.theme import Theme
from desktop.widgets.icon_button import IconButton
from desktop.widgets.words import Words
from engine.values import Term

_PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic"}
_SOUNDS = {".wav", ".flac", ".ogg", ".opus", ".mp3", ".m4a"}


class Chip(QWidget):
    """Emits what the user did to it; the box decides what that means for the search."""

    removed = Signal()
    flipped = Signal()
    weighed = Signal(float)  # steps up or down
    walked = Signal(int)  # -1 to the left, 1 to the right

    def __init__(
        self,
        theme: Theme,
        term: Term,
        name: str | None = None,
        widest: int = 150,
        show_weight: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self.term = theme, term
        words = term_words(term, name)
        self.setObjectName("chip")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setFixedHeight(22)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        less = term.weight < 0
        weight = "" if abs(term.weight) == 1 else f" {abs(term.weight):g}×"
        self.setAccessibleName(f"{'without' if less else 'with'} {words}{weight}")
        self.setToolTip(f"{'Less of' if less else 'More of'} “{words}”{weight} · - flips, Alt+Up and Alt+Down weigh")
        row = QHBoxLayout(self)
        row.setContentsMargins(7, 0, 1, 0)
        row.setSpacing(4)
        self._sign = Words(theme, "−" if less else "+", tone="error" if less else "muted")
        self._picture = QLabel()
        self._picture.hide()
        self._words = Words(theme, tone="error" if less else "")
        elided = self._words.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, widest)
        self._words.setText(elided)
        self._words.setFixedWidth(self._words.fontMetrics().horizontalAdvance(elided) + 2)
        self._weight = Words(theme, weight.strip(), "small", "muted")
        self._cross = IconButton(theme, "ph.x", f"Take out {words}", small=True)
        self._cross.setFixedSize(20, 20)
        self._cross.setIconSize(QSize(10, 10))
        self._cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._cross.clicked.connect(self.removed)
        for widget in (self._sign, self._picture, self._words, self._weight, self._cross):
            row.addWidget(widget)
        self._weight.setVisible(
            bool(weight) and show_weight
        )  # only now: shown without a parent it would be a window of its own
        if term.path is not None:
            self._show_icon(_icon_of(term.path))

    def show_picture(self, image: QImage) -> None:
        """A small picture of the item it is about."""
        ratio = self.devicePixelRatioF()
        side = round(18 * ratio)
        small = image.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
        small.setDevicePixelRatio(ratio)
        self._picture.setPixmap(QPixmap.fromImage(small))
        self._picture.show()

    def _show_icon(self, name: str) -> None:
        self._picture.setPixmap(self._theme.icon(name, "muted").pixmap(QSize(14, 14)))
        self._picture.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        painter.setBrush(self._theme.color("error_ground" if self.term.weight < 0 else "selection"))
        if self.hasFocus():
            painter.setPen(QPen(self._theme.color("accent"), 2))
            box.adjust(1, 1, -1, -1)
        elif self._theme.tokens.high_contrast:
            painter.setPen(QPen(self._theme.color("control"), 1))
            box.adjust(0.5, 0.5, -0.5, -0.5)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(box, 4, 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self.removed.emit()
        elif key == Qt.Key.Key_Minus:
            self.flipped.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.weighed.emit(1.0 if key == Qt.Key.Key_Up else -1.0)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.walked.emit(-1 if key == Qt.Key.Key_Left else 1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()


def _icon_of(path: str) -> str:
    suffix = PurePath(path).suffix.lower()
    if suffix in _PICTURES:
        return "ph.image"
    return "mdi6.waveform" if suffix in _SOUNDS else "ph.text-align-left"
