"""Where "likely" and "unsure" end: limits that keep the share of misfits below a promise, for this question in this archive.

The rule is Benjamini and Hochberg's (1995, doi:10.1111/j.2517-6161.1995.tb02031.x) on the surprises of all items: a limit is as low as
the number of items above it allows, given how many irrelevant ones would be expected there. When nothing stands out from the archive's
own background, nothing is likely.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FEWEST_ITEMS = 64  # below, bands cannot be measured
LIKELY, UNSURE, UNLIKELY, NONE = range(4)  # codes of Hits.bands
MISFITS_LIKELY = 0.10  # promised shares of misfits
MISFITS_UNSURE = 0.50


@dataclass(frozen=True)
class Limits:
    """Surprises from which an item is likely, and from which it is unsure; shares that fit in each."""

    likely: float
    unsure: float
    fit_likely: float
    fit_unsure: float

    def bands(self, surprise: np.ndarray) -> np.ndarray:
        """Band code of each surprise, int8."""
        codes = np.full(len(surprise), UNLIKELY, np.int8)
        codes[surprise >= self.unsure] = UNSURE
        codes[surprise >= self.likely] = LIKELY
        return codes


def measure_limits(best: np.ndarray, items: int) -> Limits:
    """Limits from the surprises of the most surprising items (any order) of an archive of `items`."""
    ordered = np.sort(best)[::-1]
    likely = _limit(ordered, items, MISFITS_LIKELY)
    unsure = min(_limit(ordered, items, MISFITS_UNSURE), likely)
    in_likely = int((ordered >= likely).sum())
    in_unsure = int((ordered >= unsure).sum()) - in_likely
    missed = items * np.exp(-likely)
    missed_both = items * np.exp(-unsure)
    fit_likely = 1 - missed / in_likely if in_likely else 1 - MISFITS_LIKELY
    fit_unsure = 1 - (missed_both - missed) / in_unsure if in_unsure else 1 - MISFITS_UNSURE
    return Limits(likely, unsure, float(np.clip(fit_likely, 0.5, 0.99)), float(np.clip(fit_unsure, 0.1, 0.9)))


def _limit(ordered: np.ndarray, items: int, misfits: float) -> float:
    """The lowest surprise above which at most a share of `misfits` is expected to be irrelevant."""
    ranks = np.arange(1, len(ordered) + 1)
    kept = np.flatnonzero(items * np.exp(-ordered) <= misfits * ranks)
    if len(kept):
        return float(ordered[kept[-1]])
    return float(np.log(items / misfits))  # nothing stands out: what a single item would need
