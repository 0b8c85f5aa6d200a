"""The four charts of a run: losses, what it finds, what it keeps, whether the space falls together."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.theme import Theme
from desktop.training.curve_card import CurveCard

NOT_LOSSES = {
    "step",
    "retention",
    "neighbours_kept",
    "picture_cosine",
    "picture_rank",
    "sentence_cosine",
    "sentence_rank",
    "accuracy",
    "recall_at_1",
    "recall_at_5",
    "recall_at_10",
    "rate",
}
COLLAPSE_AT = 0.60


class RunCurves(QWidget):
    """`show_history` fills them from a kept run, `add` continues them live."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.loss = CurveCard(theme, "Loss", "lower is better", lead="held_out_loss")
        self.found = CurveCard(theme, "Finds", "held-out pairs", percent=True, lead="recall_at_10")
        self.kept = CurveCard(theme, "Keeps what it knew", "sample pictures", percent=True, lead="retention")
        self.spread = CurveCard(theme, "Collapse watch", "mean cosine of different things", lead="picture_cosine")
        self.spread.show_limit("alarm", COLLAPSE_AT, f"alarm at {COLLAPSE_AT:.2f}")
        self.cards = (self.loss, self.found, self.kept, self.spread)
        grid = QGridLayout(self)
        grid.setContentsMargins(14, 12, 14, 14)
        grid.setSpacing(12)
        for number, card in enumerate(self.cards):
            grid.addWidget(card, number // 2, number % 2)

    def show_history(self, history: list[dict[str, float]], retention_at: float, best: int | None) -> None:
        for card in self.cards:
            card.clear()
        if retention_at > 0:
            self.kept.show_limit("stop", retention_at, f"stop below {100 * retention_at:.0f}\u202f%")
        for row in history:
            self.add(int(row["step"]), row)
        self.loss.show_best(best)

    def add(self, step: int, row: dict[str, float], best: int | None = None) -> None:
        """One report: losses by name, and what a look found if one was due."""
        self.loss.add(step, {name: value for name, value in row.items() if name not in NOT_LOSSES})
        self.found.add(step, {name: row[name] for name in ("accuracy", "recall_at_1", "recall_at_10") if name in row})
        self.kept.add(step, {name: row[name] for name in ("retention", "neighbours_kept") if name in row})
        self.spread.add(step, {name: row[name] for name in ("picture_cosine", "sentence_cosine") if name in row})
        if best is not None:
            self.loss.show_best(best)
