"""How likely each hit is to fit, and where "likely" and "unsure" end: for this question, in this archive, for one kind of item.

The evidence for an item is how many times more items reach its surprise than irrelevant ones alone would: the ratio of Benjamini and
Hochberg (1995, doi:10.1111/j.2517-6161.1995.tb02031.x), as a logarithm. When nothing stands out from the archive's own background there
is no evidence. What stands out may still be the wrong thing (an alley for a street), more often with a weak model than with a strong
one; `trust.py` says how much evidence makes the odds even, and chances follow from there (logistic calibration; Platt 1999).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST_ITEMS = 64  # below, bands cannot be measured
LIKELY, UNSURE, UNLIKELY, NONE = range(4)  # codes of Hits.bands
LIKELY_FROM, UNSURE_FROM = 0.7, 0.2  # chances to fit
USUAL_FIT = (0.85, 0.4)  # of the two bands, said where one is empty


@dataclass(frozen=True, eq=False)
class Evidence:
    """Of one kind of item for one question: at surprise `surprise[i]` the evidence is `ratio[i]`; both (m,), rising."""

    surprise: np.ndarray
    ratio: np.ndarray

    @classmethod
    def measured(cls, surprise: np.ndarray, items: int) -> Evidence:
        """From the surprises of the most surprising of `items` (any order)."""
        rising = np.sort(surprise)
        above = np.arange(len(rising), 0, -1)
        ratio = np.log(above) - np.log(max(items, 1)) + rising
        return cls(rising, np.maximum.accumulate(ratio) if len(ratio) else ratio)

    def at(self, surprise: np.ndarray) -> np.ndarray:
        """Evidence for items of these surprises; 0 and less is none."""
        if not len(self.surprise):
            return np.full(len(surprise), -np.inf)
        return np.interp(surprise, self.surprise, self.ratio, left=-np.inf)

    def reaching(self, ratio: float) -> float:
        """The lowest surprise with that much evidence; where none has, what a single item would need."""
        place = int(np.searchsorted(self.ratio, ratio))
        if place < len(self.ratio):
            return float(self.surprise[place])
        return float(max(self.surprise[-1] if len(self.surprise) else 0.0, 0.0) + max(ratio, 0.0))


def chance(evidence: np.ndarray, even_odds: float) -> np.ndarray:
    """How likely items fit, in [0, 1]: that they are more than background, times that what stands out is the right thing.

    `even_odds` is the evidence at which what stands out is right one time in two.
    """
    known = np.clip(evidence, 0, 50)
    return np.asarray((1 - np.exp(-known)) / (1 + np.exp(even_odds - known)))


def bands_of(chances: np.ndarray) -> np.ndarray:
    """Band code of each chance, int8."""
    codes = np.full(len(chances), UNLIKELY, np.int8)
    codes[chances >= UNSURE_FROM] = UNSURE
    codes[chances >= LIKELY_FROM] = LIKELY
    return codes


def evidence_for(chance_wanted: float, even_odds: float) -> float:
    """The least evidence at which items are that likely to fit."""
    tried = np.arange(0, 16, 0.01)
    return float(tried[np.searchsorted(chance(tried, even_odds), chance_wanted)])
