"""What a run did to the model: each figure before and after, with its interval where there is one."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.words import Words

WIDTH = 264
NAMES = {
    "accuracy": ("Names held-out pictures", True),
    "recall_at_1": ("Recall@1, held-out pairs", True),
    "recall_at_10": ("Recall@10, held-out pairs", True),
    "held_out_loss": ("Loss, held-out pairs", False),
    "retention": ("Keeps what it knew", True),
    "neighbours_kept": ("Neighbours that stayed", True),
    "picture_cosine": ("Mean cosine of pictures", False),
    "picture_rank": ("Directions in use by pictures", False),
}
LOWER_IS_BETTER = {"held_out_loss"}
BETTER_EITHER_WAY = {"picture_cosine", "picture_rank", "neighbours_kept"}


class AgainstBefore(QScrollArea):
    """Rows of “41.5 % → 63.0 %”. A difference counts as one only where the intervals do not meet."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("against_before")
        self.setAccessibleName("Against before")
        self.setFixedWidth(WIDTH)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_figures(self, title: str, before: dict[str, Any], after: dict[str, Any], note: str) -> None:
        """`after` may hold fewer figures than `before` while a run goes on."""
        held = QWidget()
        held.setProperty("ground", "surface")
        held.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(held)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        column.addWidget(Words(self._theme, title, "heading"))
        for name, (words, share) in NAMES.items():
            if name in before:
                column.addWidget(self._row(words, before[name], after.get(name), share, name))
                line = QFrame()
                line.setProperty("rule", "true")
                column.addWidget(line)
        column.addWidget(Words(self._theme, note, "small", "muted", wrap=True))
        column.addStretch(1)
        self.setWidget(held)

    def _row(self, words: str, before: Any, after: Any, share: bool, name: str) -> QWidget:
        one = QWidget()
        column = QVBoxLayout(one)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Words(self._theme, words))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(Words(self._theme, written(before, share), tone="muted"))
        if after is not None:
            row.addWidget(Words(self._theme, "→", tone="muted"))
            row.addWidget(Words(self._theme, written(after, share), "heading"))
        row.addStretch(1)
        if after is not None and (said := verdict(name, before, after)):
            row.addWidget(Words(self._theme, said[0], "small", said[1]))
        column.addLayout(row)
        return one


def written(figure: Any, share: bool) -> str:
    value = number_of(figure)
    return f"{100 * value:.1f}\u202f%" if share else f"{value:.3g}"


def verdict(name: str, before: Any, after: Any) -> tuple[str, str] | None:
    """(“better”, tone), (“worse”, tone), or nothing where chance explains it or neither is better."""
    if name in BETTER_EITHER_WAY:
        return None
    low, high = _interval(before)
    later_low, later_high = _interval(after)
    if later_low > high:
        return ("worse", "warn") if name in LOWER_IS_BETTER else ("better", "success")
    if later_high < low:
        return ("better", "success") if name in LOWER_IS_BETTER else ("worse", "warn")
    return ("no clear change", "muted")


def number_of(figure: Any) -> float:
    """The value of a figure, with or without an interval."""
    return float(figure["value"] if isinstance(figure, dict) else figure)


def _interval(figure: Any) -> tuple[float, float]:
    if isinstance(figure, dict):
        return float(figure["low"]), float(figure["high"])
    return float(figure), float(figure)
