"""What is said in the middle of a place that has nothing to show: one icon, a heading, a sentence, at most two buttons."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.words import Words

WIDTH = 360
BUSY_AFTER_MS = 400
Answer = tuple[str, Callable[[], object]]


class StateBlock(QWidget):
    """Empty, failed or busy. `say` fills it; the first button is the primary one unless told otherwise."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._icon_name, self._icon_token = "", "muted"
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.ring = BusyRing(theme)
        self.heading = Words(theme, role="heading", wrap=True)
        self.sentence = Words(theme, tone="muted", wrap=True)
        for label in (self.heading, self.sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setFixedWidth(WIDTH)
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        column = QVBoxLayout(self)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self.picture)
        column.addWidget(self.ring, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(4)
        column.addWidget(self.heading, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.sentence, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        column.addLayout(self._buttons)
        column.addStretch(1)
        self._late = QTimer(self, singleShot=True, interval=BUSY_AFTER_MS)
        self._late.timeout.connect(self.ring.show)
        self.ring.hide()
        theme.changed.connect(self._dress)

    def say(
        self,
        icon: str,
        heading: str,
        sentence: str = "",
        answers: tuple[Answer, ...] = (),
        *,
        primary: bool = True,
        token: str = "muted",
    ) -> None:
        """Show this and nothing else."""
        self._late.stop()
        self.ring.hide()
        self._fill(heading, sentence, answers, primary)
        self._icon_name, self._icon_token = icon, token
        self.picture.show()
        self._dress()

    def busy(self, heading: str, sentence: str = "", answers: tuple[Answer, ...] = ()) -> None:
        """Something is on its way; the ring appears only when it takes a while."""
        self._fill(heading, sentence, answers, False)
        self.picture.hide()
        if not self.ring.isVisible() and not self._late.isActive():
            self._late.start()

    def _fill(self, heading: str, sentence: str, answers: tuple[Answer, ...], primary: bool) -> None:
        self.heading.setText(heading)
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))
        self._make_room()
        while (old := self._buttons.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._buttons.addStretch(1)
        for place, (text, act) in enumerate(answers):
            role = "primary" if primary and place == 0 else "normal"
            self._buttons.addWidget(Button(self._theme, text, act, role=role))  # type: ignore[arg-type]
        self._buttons.addStretch(1)
        self.setAccessibleName(f"{heading}. {sentence}")

    def _make_room(self) -> None:
        """A wrapped label in a centred row gets one line's height unless told that it needs more."""
        for label in (self.heading, self.sentence):
            label.setMinimumHeight(label.heightForWidth(WIDTH) if label.text() else 0)

    def _dress(self) -> None:
        self._make_room()
        if self._icon_name:
            self.picture.setPixmap(self._theme.icon(self._icon_name, self._icon_token).pixmap(QSize(32, 32)))


class BusyRing(QWidget):
    """A quarter turning on a ring, ten steps a second, only while it is seen."""

    def __init__(self, theme: Theme, edge: int = 28) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(edge, edge)
        self._turn = 0
        self._clock = QTimer(self, interval=100)
        self._clock.timeout.connect(self._step)

    def showEvent(self, _event: object) -> None:
        self._clock.start()

    def hideEvent(self, _event: object) -> None:
        self._clock.stop()

    def _step(self) -> None:
        self._turn = (self._turn + 36) % 360
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ring = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.setPen(QPen(self._theme.color("line"), 3))
        painter.drawEllipse(ring)
        painter.setPen(QPen(self._theme.color("accent"), 3))
        painter.drawArc(ring, (90 - self._turn) * 16, -90 * 16)
