"""Blind pairs under review: counts for any limits at once, pages of pairs, what the user said, and a question sheet.

Counting goes over all close pairs that were kept (a million takes a few milliseconds), so limits can be moved without a new search.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from engine.diagnostics.blind_pairs import capped, strangest_first
from engine.errors import UserFixable
from engine.evidence import PATTERNS, BlindPair, Report
from engine.values import ItemCard, Judgement

Said = Callable[[], dict[tuple[int, int], Judgement]]
SHEET = (
    "pair",
    "picture_a",
    "picture_b",
    "caption_a",
    "caption_b",
    "pattern",
    "clip",
    "vision",
    "question",
    "answer_a",
    "answer_b",
)


class PairReview:
    """Pairs of one report. `said` gives the judgements on blind pairs as they are now."""

    PATTERNS = PATTERNS

    def __init__(self, report: Report, said: Said) -> None:
        arrays = report.evidence.arrays
        order = strangest_first(arrays["clip"], arrays["vision"])
        self._a, self._b = arrays["a"][order], arrays["b"][order]
        self._clip, self._vision = arrays["clip"][order], arrays["vision"][order]
        self._usual_clip, self._usual_vision = arrays["usual_clip"], arrays["usual_vision"]
        self._per_item = int(dict(report.provenance.parameters).get("per_item") or 0)
        self._said = said
        self._chosen: tuple[tuple[float, float], np.ndarray] | None = None
        self.models = tuple(key for key, *_ in report.provenance.models)  # the one in question, its second opinion
        self.pictures = report.provenance.items
        self.floor = float(self._clip.min()) if len(self._clip) else 1.0

    def count(self, above: float, below: float) -> int:
        """How many pairs lie within limits, whatever number of them one picture stands in."""
        return int(np.count_nonzero((self._clip >= above) & (self._vision <= below)))

    def listed(self, above: float, below: float) -> int:
        """How many pairs `page` goes through: those within limits, at most `per_item` of one picture."""
        return len(self._within(above, below))

    def page(self, above: float, below: float, first: int = 0, count: int = 50) -> list[BlindPair]:
        """Pairs within limits, strangest first, from place `first` on."""
        said = self._said()
        return [self._pair(int(place), said) for place in self._within(above, below)[first : first + count]]

    def widened(self, above: float, below: float) -> tuple[float, float, int]:
        """Limits somewhat further apart that hold pairs, and how many: for when there are none."""
        while (count := self.count(above, below)) == 0 and above > self.floor:
            above, below = round(above - 0.02, 4), round(min(1.0, below + 0.05), 4)
        return max(above, self.floor), below, count

    def cloud(self, most: int = 2_000, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """(clip, vision) of some close pairs, for a picture of all."""
        rows = np.sort(np.random.default_rng(seed).permutation(len(self._clip))[:most])
        return self._clip[rows], self._vision[rows]

    def reviewed(self, above: float, below: float) -> dict[str, int]:
        """How many of the listed pairs were judged, by verdict."""
        said, tally = self._said(), {"differ": 0, "same": 0, "unsure": 0}
        for place in self._within(above, below):
            judged = said.get(self._key(int(place)))
            if judged is not None:
                tally[judged.verdict] += 1
        return tally

    def write_sheet(self, target: Path, cards: Callable[[Sequence[int]], list[ItemCard]]) -> int:
        """Pairs judged to differ, one row each with room for a question and its two answers, as CSV; returns how many.

        Raises UserFixable when none is, or the file cannot be written.
        """
        said = {pair: one for pair, one in self._said().items() if one.verdict == "differ"}
        rows = [place for place in range(len(self._a)) if self._key(place) in said]
        if not rows:
            raise UserFixable(
                "No pair was called different yet.", "Nothing was written.", "Look at the pairs and answer them first."
            )
        ids = sorted({int(number) for place in rows for number in (self._a[place], self._b[place])})
        known = {card.id: card for card in cards(ids)}
        try:
            with target.open("w", encoding="utf-8", newline="", errors="surrogateescape") as out:
                writer = csv.writer(out)
                writer.writerow(SHEET)
                for number, place in enumerate(rows, 1):
                    a, b = known.get(int(self._a[place])), known.get(int(self._b[place]))
                    told = said[self._key(place)]
                    paths = (
                        a.path if a else "",
                        b.path if b else "",
                        (a.text if a else "") or "",
                        (b.text if b else "") or "",
                    )
                    scores = (f"{self._clip[place]:.4f}", f"{self._vision[place]:.4f}")
                    writer.writerow((number, *paths, told.pattern or "", *scores, "", "", ""))
        except OSError as fault:
            raise UserFixable(
                f"“{target}” cannot be written.", "Your answers are kept.", "Choose another place."
            ) from fault
        return len(rows)

    def _within(self, above: float, below: float) -> np.ndarray:
        if self._chosen is None or self._chosen[0] != (above, below):
            rows = np.flatnonzero((self._clip >= above) & (self._vision <= below))
            kept = rows[capped(self._a[rows], self._b[rows], self._per_item)]
            self._chosen = (above, below), kept
        return self._chosen[1]

    def _key(self, place: int) -> tuple[int, int]:
        a, b = int(self._a[place]), int(self._b[place])
        return min(a, b), max(a, b)

    def _pair(self, place: int, said: dict[tuple[int, int], Judgement]) -> BlindPair:
        clip, vision = float(self._clip[place]), float(self._vision[place])
        judged = said.get(self._key(place))
        return BlindPair(
            int(self._a[place]),
            int(self._b[place]),
            clip,
            vision,
            _share(self._usual_clip, clip),
            _share(self._usual_vision, vision),
            judged.verdict if judged else None,
            judged.pattern if judged else None,
        )


def _share(usual: np.ndarray, value: float) -> float:
    return float(np.searchsorted(usual, value) / len(usual)) if len(usual) else 0.0
