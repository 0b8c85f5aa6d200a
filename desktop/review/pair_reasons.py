"""Why this pair is listed: what both models say, where it lies among all close pairs, the limits, how far the review is."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDoubleSpinBox, QFrame, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop import wording
from desktop.review.pair_cloud import PairCloud
from desktop.theme import Theme
from desktop.widgets.rule import Rule
from desktop.widgets.words import Words
from engine.evidence import BlindPair

WIDTH = 264
WAIT_MS = 250
_ELIDE = Qt.TextElideMode.ElideRight


class PairReasons(QFrame):
    """`limits_wanted` comes when the user has moved a limit and rests."""

    limits_wanted = Signal(float, float)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("ground", "surface")
        self.setFixedWidth(WIDTH)
        self.clip, self.vision = ScoreBar(theme, "accent"), ScoreBar(theme, "likely")
        self.cloud = PairCloud(theme)
        self.above, self.below = _limit("CLIP above"), _limit("Vision below")
        self.found = Words(theme, role="small", tone="muted", wrap=True)
        self.reviewed = Words(theme, role="body")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.tally = Words(theme, role="small", tone="muted", wrap=True)
        self._rest = QTimer(self, singleShot=True, interval=WAIT_MS)
        self._rest.timeout.connect(lambda: self.limits_wanted.emit(self.above.value(), self.below.value()))
        for field in (self.above, self.below):
            field.valueChanged.connect(lambda _: self._rest.start())
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(8)
        column.addWidget(Words(theme, "Why this pair", "heading"))
        column.addWidget(
            Words(
                theme,
                "One model says these are nearly the same. The other, which knows no words, disagrees.",
                tone="muted",
                wrap=True,
            )
        )
        column.addWidget(self.clip)
        column.addWidget(self.vision)
        column.addWidget(Rule())
        column.addWidget(Words(theme, "All close pairs", "strong"))
        column.addWidget(
            Words(theme, "Across: the model. Up: second opinion. The box is the search.", "caption", "muted", wrap=True)
        )
        column.addWidget(self.cloud)
        limits = QHBoxLayout()
        limits.setSpacing(10)
        for words, field in (("CLIP above", self.above), ("Vision below", self.below)):
            one = QVBoxLayout()
            one.setSpacing(2)
            one.addWidget(Words(theme, words, "small", "muted"))
            one.addWidget(field)
            limits.addLayout(one)
        column.addLayout(limits)
        column.addWidget(self.found)
        column.addWidget(Rule())
        head = QHBoxLayout()
        head.addWidget(Words(theme, "Reviewed", "strong"), 1)
        head.addWidget(self.reviewed)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.tally)
        column.addStretch(1)

    def show_models(self, model: str, second: str) -> None:
        self.clip.name, self.vision.name = model, second

    def show_limits(self, above: float, below: float) -> None:
        """Without telling anyone."""
        for field, value in ((self.above, above), (self.below, below)):
            field.blockSignals(True)
            field.setValue(value)
            field.blockSignals(False)
        self.cloud.show_limits(above, below)

    def show_pair(self, pair: BlindPair) -> None:
        self.clip.show_score(pair.clip, pair.clip_share)
        self.vision.show_score(pair.vision, pair.vision_share)
        self.cloud.show_pair(pair.clip, pair.vision)

    def show_counts(self, listed: int, within: int, tally: dict[str, int]) -> None:
        """`listed` pairs are gone through, of `within` that lie within the limits."""
        more = f", of {wording.count(within)} within the limits" if within > listed else ""
        self.found.setText(f"{wording.count(listed, 'pair')} listed{more}.")
        done = sum(tally.values())
        self.reviewed.setText(f"{wording.count(done)} of {wording.count(listed)}")
        self.bar.setRange(0, max(1, listed))
        self.bar.setValue(done)
        unsure = f" · {wording.count(tally['unsure'])} cannot be told" if tally.get("unsure") else ""
        self.tally.setText(
            f"{wording.count(tally.get('differ', 0))} really differ · {wording.count(tally.get('same', 0))} show the same{unsure}"
        )


class ScoreBar(QWidget):
    """A model's name, its cosine, and how rare such a cosine is."""

    def __init__(self, theme: Theme, token: str) -> None:
        super().__init__()
        self._theme, self._token = theme, token
        self.name, self._score, self._share = "", 0.0, 0.0
        self.setFixedHeight(48)
        theme.changed.connect(self.update)

    def show_score(self, score: float, share: float) -> None:
        self._score, self._share = score, share
        self.setAccessibleName(f"{self.name}: cosine {score:.3f}, {self._words()}")
        self.update()

    def _words(self) -> str:
        return f"closer than {100 * min(self._share, 0.9999):.4g}\u202f% of random pairs"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self._theme.font("body"))
        painter.setPen(self._theme.color("text"))
        metrics = painter.fontMetrics()
        figure = f"{self._score:.3f}"
        wide = metrics.horizontalAdvance(figure)
        painter.drawText(0, metrics.ascent(), metrics.elidedText(self.name, _ELIDE, self.width() - wide - 12))
        painter.setFont(self._theme.font("strong"))
        painter.drawText(self.width() - painter.fontMetrics().horizontalAdvance(figure), metrics.ascent(), figure)
        bar = QRectF(0, 20, self.width(), 6)
        painter.fillRect(bar, self._theme.color("hover"))
        painter.fillRect(
            QRectF(0, 20, bar.width() * min(1.0, max(0.0, self._score)), 6), self._theme.color(self._token)
        )
        painter.setFont(self._theme.font("caption"))
        painter.setPen(self._theme.color("muted"))
        painter.drawText(0, 42, self._words())


def _limit(name: str) -> QDoubleSpinBox:
    field = QDoubleSpinBox()
    field.setRange(-1, 1)
    field.setDecimals(2)
    field.setSingleStep(0.01)
    field.setAccessibleName(name)
    field.lineEdit().setTextMargins(6, 0, 6, 0)
    return field
