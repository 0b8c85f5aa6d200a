"""What scores look like in this archive when an item has nothing to do with the question.

Cosines cannot be compared between kinds (words are nearer to words than to pictures: the modality gap, Liang et al. 2022,
arXiv:2203.02053), between models or between questions. Each question's cosines are therefore standardised within each kind by their own
middle, and how far the upper tail of the irrelevant reaches is learnt from many reference questions asked of the same archive
(an empirical null; Efron 2004, doi:10.1198/016214504000000089). A cosine then becomes a surprise: -log of the share of irrelevant items
that would score as high. Surprises of different kinds can be ranked in one list; the cosine shown stays the true one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.indexes import scan
from engine.retrieval.archive import Archive
from engine.values import KINDS, Kind

SAMPLE = 8192  # items per kind that stand for all of it
FEWEST = 32  # items of a kind below which its tail is taken from the normal distribution
GRID = np.arange(0.0, 12.01, 0.25)  # standard scores at which the tail is kept
WORDS_SHARE = (
    0.6  # of reference questions in words that have at most the tail kept: some of them do occur in the archive
)
LIGHT_SHARE, HEAVIER = (
    0.2,
    3.0,
)  # and in a rich archive most do: so the tail is at most three times that of the lightest fifth
IMAGINED_SHARE = 0.8  # of imagined questions: none of them occurs
STEADY = 4.0  # reference items needed above a standard score before the tail is read there and not extrapolated


@dataclass(frozen=True)
class Middle:
    """Where a question's irrelevant items of one kind lie: their median cosine and their spread above it."""

    centre: float
    spread: float

    @classmethod
    def of(cls, cosines: np.ndarray) -> Middle:
        """From the cosines of (a sample of) all items of a kind; robust while fewer than a sixth of them are relevant."""
        ordered = np.sort(cosines)
        low, centre, high = (float(ordered[int(share * (len(ordered) - 1))]) for share in (0.16, 0.5, 0.84))
        spread = min(high - centre, 1.5 * (centre - low)) if centre > low else high - centre
        return cls(centre, max(spread, 1e-4))


@dataclass(frozen=True, eq=False)
class Tail:
    """Surprise of irrelevant items on `GRID`; between and beyond it straight lines."""

    surprise: np.ndarray
    slope: float  # beyond the grid

    def at(self, standard: np.ndarray) -> np.ndarray:
        """Surprise of standard scores; rising everywhere, so that the order within a kind is that of the cosines."""
        inside = np.interp(standard, GRID, self.surprise)
        above = np.maximum(standard - GRID[-1], 0) * self.slope
        below = np.minimum(standard, 0)
        return inside + above + below

    def reaching(self, surprise: float) -> float:
        """The standard score at which a surprise is reached."""
        if surprise >= self.surprise[-1]:
            return float(GRID[-1] + (surprise - self.surprise[-1]) / self.slope)
        return float(np.interp(surprise, self.surprise, GRID))


@dataclass(frozen=True, eq=False)
class Background:
    """Tails per kind for questions asked in one modality, and the items that stand for each kind."""

    asked: Kind
    items: int  # how large the archive was
    tails: dict[Kind, Tail]
    samples: dict[Kind, np.ndarray]  # positions in the archive
    vectors: dict[Kind, np.ndarray]  # float16 rows of the samples, grouped by item
    firsts: dict[Kind, np.ndarray]  # where each item's rows begin

    @classmethod
    def of(
        cls, archive: Archive, matrix: np.ndarray, references: np.ndarray, asked: Kind, *, imagined: bool = False
    ) -> Background:
        """Ask `references` (m, d) of samples of the archive. `matrix` is the space's vector file.

        `imagined`: the references ask for nothing that could be there; else they are words, some of which occur in the archive.
        """
        random = np.random.default_rng(0)
        tails: dict[Kind, Tail] = {}
        samples: dict[Kind, np.ndarray] = {}
        vectors: dict[Kind, np.ndarray] = {}
        firsts: dict[Kind, np.ndarray] = {}
        for kind in KINDS:
            positions = np.flatnonzero(archive.of_kind(kind))
            if len(positions) > SAMPLE:
                positions = np.sort(random.choice(positions, SAMPLE, replace=False))
            if not len(positions):
                continue
            at, belongs = archive.rows_of(positions)
            samples[kind] = positions
            vectors[kind] = np.asarray(matrix[archive.rows[at]])
            firsts[kind] = np.searchsorted(belongs, np.arange(len(positions)))
            enough = len(positions) >= FEWEST and len(references) >= 8
            tails[kind] = _measured(vectors[kind], firsts[kind], references, imagined) if enough else _normal()
        return cls(asked, len(archive), tails, samples, vectors, firsts)

    def sample_cosines(self, kind: Kind, direction: np.ndarray) -> np.ndarray:
        """Cosines of the items that stand for a kind, float32, in the order of `samples`."""
        by_row = scan.all_cosines(self.vectors[kind], direction)
        return np.maximum.reduceat(by_row, self.firsts[kind]) if len(by_row) > len(self.firsts[kind]) else by_row

    def fits(self, archive: Archive) -> bool:
        """Whether the archive is still nearly the one that was measured."""
        return 0.8 * self.items <= len(archive) <= 1.25 * self.items or len(archive) == self.items


def imagine_questions(vectors: np.ndarray, count: int) -> np.ndarray:
    """Unit directions (count, d) with the mean and covariance of `vectors` (n, d) that ask for nothing in particular.

    Real examples cannot serve as references: every one of them has its like in the archive.
    """
    random = np.random.default_rng(0)
    mean = vectors.mean(axis=0)
    mixed = random.standard_normal((count, len(vectors)), dtype=np.float32) @ (vectors - mean) / np.sqrt(len(vectors))
    made = mean + mixed
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


def _measured(vectors: np.ndarray, first: np.ndarray, references: np.ndarray, imagined: bool) -> Tail:
    cosines = vectors.astype(np.float32) @ references.T  # (rows, references)
    if len(vectors) > len(first):
        cosines = np.maximum.reduceat(cosines, first)
    survivals = []
    for column in np.ascontiguousarray(cosines.T):
        middle = Middle.of(column)
        standard = np.sort((column - middle.centre) / middle.spread)
        survivals.append(len(standard) - np.searchsorted(standard, GRID))
    counted = np.array(survivals, np.float64)
    if imagined:
        counts = np.quantile(counted, IMAGINED_SHARE, axis=0)
    else:
        usual, light = np.quantile(counted, (WORDS_SHARE, LIGHT_SHARE), axis=0)
        counts = np.minimum(usual, HEAVIER * light)
    return _tail(counts, len(first))


def _tail(counts: np.ndarray, items: int) -> Tail:
    """From how many of `items` lie above each point of the grid: read where steady, then on with the slope it has there."""
    steady = max(int(np.flatnonzero(counts >= STEADY)[-1]) if (counts >= STEADY).any() else 0, 1)
    surprise = -np.log(np.clip(counts, 0.5, items) / items)
    surprise[0] = np.log(2)
    begin = int(np.searchsorted(surprise[: steady + 1], -np.log(0.1)))
    begin = min(begin, steady - 1)
    slope = (surprise[steady] - surprise[begin]) / (GRID[steady] - GRID[begin])
    slope = float(np.clip(slope, 0.5, 4.0))
    surprise[steady:] = surprise[steady] + slope * (GRID[steady:] - GRID[steady])
    surprise = np.maximum.accumulate(surprise) + 1e-6 * np.arange(len(GRID))
    return Tail(surprise, slope)


def _normal() -> Tail:
    """The normal distribution's tail, for kinds too few to measure."""
    from scipy.special import log_ndtr

    surprise = -log_ndtr(-GRID)
    return Tail(surprise, float((surprise[-1] - surprise[-2]) / (GRID[-1] - GRID[-2])))
