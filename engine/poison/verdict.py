"""What a cleaning achieved, in words that the figures allow. "Not clean" is a possible answer, and so is "cannot tell"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.poison.measure import AttackFigures

CLEAN = 0.05  # success above that of unmarked pictures that no longer matters
MOST_LOST = 0.03  # of accuracy

Outcome = Literal["clean", "weaker", "unchanged", "unknown"]


@dataclass(frozen=True)
class Verdict:
    """`says` is the headline; `cost` a sentence about accuracy, empty when there is nothing to say."""

    outcome: Outcome
    says: str
    cost: str


def verdict(before: AttackFigures, after: AttackFigures) -> Verdict:
    """Compare one mark on one set of pictures before and after."""
    cost = _cost(before, after)
    if not before.works:
        return Verdict("unknown", "Cannot tell: the mark did not work before either", cost)
    if not after.works or after.success.value <= after.unmarked.value + CLEAN:
        return Verdict("clean", "The planted mark no longer works", cost)
    if after.success.high < before.success.low:
        return Verdict("weaker", f"Weaker, but not clean: it still works {_how_often(after.success.value)}", cost)
    return Verdict("unchanged", "Not clean: no change", cost)


def _how_often(share: float) -> str:
    tenths = round(10 * share)
    return f"in {tenths} of 10" if tenths else f"in {max(1, round(100 * share))} of 100"


def _cost(before: AttackFigures, after: AttackFigures) -> str:
    lost = before.accuracy.value - after.accuracy.value
    if lost <= MOST_LOST:
        return ""
    return f"Accuracy fell by {100 * lost:.1f} points, more than the {100 * MOST_LOST:.0f} that are worth it."
