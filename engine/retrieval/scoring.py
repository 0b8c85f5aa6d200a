"""Scores the archive against one direction: true to the last item while it is small, by a short list when it is large."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.indexes import scan
from engine.indexes.compressed import CompressedIndex
from engine.retrieval import bands
from engine.retrieval.archive import Archive
from engine.retrieval.background import Background, Middle
from engine.retrieval.bands import Evidence
from engine.values import KINDS, Kind

LARGE = 200_000  # rows from which the compressed index is used, once there is one
WORTH_COUNTING = 1.0  # surprises below are counted as no evidence


@dataclass(frozen=True, eq=False)
class Scored:
    """Items against one direction. `positions` are all of the archive, or those of a short list; `usual` are cosines that stand for all."""

    positions: np.ndarray  # (m,) int64, ascending
    cosines: np.ndarray  # (m,) float32, within scan.ROUNDING
    surprise: np.ndarray  # (m,) float64
    middles: dict[Kind, Middle]
    evidence: dict[Kind, Evidence]  # empty while there are too few items to measure
    chances: np.ndarray  # (m,) float32: how likely each fits; 0 while that is not measured
    even_odds: Mapping[Kind, float]
    usual: np.ndarray  # (s,) float32
    usual_positions: np.ndarray  # (s,)
    background: Background

    @property
    def measured(self) -> bool:
        """Whether there are enough items for bands."""
        return bool(self.evidence)

    def surprise_of(self, archive: Archive, positions: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """Surprise of some items at their exact cosines, float64."""
        surprise = np.zeros(len(positions))
        for kind, middle in self.middles.items():
            of_kind = archive.kinds[positions] == KINDS.index(kind)
            standard = (cosines[of_kind].astype(np.float64) - middle.centre) / middle.spread
            surprise[of_kind] = self.background.tails[kind].at(standard)
        return surprise

    def chances_of(self, archive: Archive, positions: np.ndarray, surprise: np.ndarray) -> np.ndarray:
        """How likely some items fit, float64 in [0, 1], from their exact surprises. Each kind is judged among its own."""
        chances = np.zeros(len(positions))
        for kind, evidence in self.evidence.items():
            of_kind = archive.kinds[positions] == KINDS.index(kind)
            chances[of_kind] = bands.chance(evidence.at(surprise[of_kind]), self.even_odds[kind])
        return chances

    def limits_of(self, kind: Kind) -> tuple[float, float]:
        """The cosines from which items of a kind are likely and unsure; 1 where none could be."""
        middle, tail = self.middles[kind], self.background.tails[kind]
        found = []
        for wanted in (bands.LIKELY_FROM, bands.UNSURE_FROM):
            surprise = self.evidence[kind].reaching(bands.evidence_for(wanted, self.even_odds[kind]))
            found.append(min(middle.centre + middle.spread * tail.reaching(surprise), 1.0))
        return found[0], found[1]


def score_all(
    archive: Archive, matrix: np.ndarray, direction: np.ndarray, background: Background, even_odds: Mapping[Kind, float]
) -> Scored:
    """Every item of the archive, in one scan of the file."""
    cosines = archive.per_item(scan.all_cosines(matrix, direction))
    middles = {kind: Middle.of(cosines[sample]) for kind, sample in background.samples.items()}
    everything = np.arange(len(archive))
    return _scored(archive, everything, cosines, middles, background, even_odds, cosines, everything)


def score_short_list(
    archive: Archive,
    matrix: np.ndarray,
    direction: np.ndarray,
    background: Background,
    even_odds: Mapping[Kind, float],
    index: CompressedIndex,
    count: int,
) -> Scored:
    """The items that may be among the best `count`; the background comes from the sample kept with it."""
    rows, cosines = index.short_list(matrix, direction, count)
    owners = archive.owner_of_row(rows)
    known = owners >= 0
    rows, owners, cosines = rows[known], owners[known], cosines[known]
    order = np.argsort(owners, kind="stable")
    positions, first = np.unique(owners[order], return_index=True)
    best = np.maximum.reduceat(cosines[order], first) if len(first) else cosines
    sampled = {kind: background.sample_cosines(kind, direction) for kind in background.samples}
    middles = {kind: Middle.of(values) for kind, values in sampled.items()}
    usual = np.concatenate(list(sampled.values()))
    usual_positions = np.concatenate([background.samples[kind] for kind in sampled])
    return _scored(archive, positions, best, middles, background, even_odds, usual, usual_positions)


def _scored(
    archive: Archive,
    positions: np.ndarray,
    cosines: np.ndarray,
    middles: dict[Kind, Middle],
    background: Background,
    even_odds: Mapping[Kind, float],
    usual: np.ndarray,
    usual_positions: np.ndarray,
) -> Scored:
    chances = np.zeros(len(positions), np.float32)
    bare = Scored(positions, cosines, np.empty(0), middles, {}, chances, even_odds, usual, usual_positions, background)
    surprise = bare.surprise_of(archive, positions, cosines)
    evidence: dict[Kind, Evidence] = {}
    if len(archive) >= bands.FEWEST_ITEMS:
        kinds = archive.kinds[positions]
        for kind in middles:
            number = KINDS.index(kind)
            own = np.flatnonzero((kinds == number) & (surprise > WORTH_COUNTING))
            own = own[np.argsort(surprise[own])]
            evidence[kind] = Evidence.measured(surprise[own], archive.count_of(number))
            chances[own] = bands.chance(evidence[kind].ratio, even_odds[kind])
    return Scored(
        positions, cosines, surprise, middles, evidence, chances, even_odds, usual, usual_positions, background
    )


def exactly(
    archive: Archive, matrix: np.ndarray, positions: np.ndarray, direction: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(true cosines of some items, the part each is reached by)."""
    at, belongs = archive.rows_of(positions)
    by_row = scan.cosines_of(matrix, archive.rows[at], direction)
    if len(at) == len(positions):
        return by_row, archive.parts[at]
    order = np.lexsort((at, -by_row, belongs))
    best = order[np.searchsorted(belongs[order], np.arange(len(positions)))]
    return by_row[best], archive.parts[at[best]]
