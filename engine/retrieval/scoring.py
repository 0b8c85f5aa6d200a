"""Scores the archive against one direction: true to the last item while it is small, by a short list when it is large."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.indexes import scan
from engine.indexes.compressed import CompressedIndex
from engine.retrieval import bands
from engine.retrieval.archive import Archive
from engine.retrieval.background import Background, Middle
from engine.values import KINDS, Kind

LARGE = 200_000  # rows from which the compressed index is used, once there is one


@dataclass(frozen=True, eq=False)
class Scored:
    """Items against one direction. `positions` are all of the archive, or those of a short list; `usual` are cosines that stand for all."""

    positions: np.ndarray  # (m,) int64, ascending
    cosines: np.ndarray  # (m,) float32, within scan.ROUNDING
    surprise: np.ndarray  # (m,) float64
    middles: dict[Kind, Middle]
    limits: bands.Limits | None
    usual: np.ndarray  # (s,) float32
    usual_positions: np.ndarray  # (s,)
    background: Background

    def surprise_of(self, archive: Archive, positions: np.ndarray, cosines: np.ndarray) -> np.ndarray:
        """Surprise of some items at their exact cosines, float64."""
        surprise = np.zeros(len(positions))
        for kind, middle in self.middles.items():
            of_kind = archive.kinds[positions] == KINDS.index(kind)
            standard = (cosines[of_kind].astype(np.float64) - middle.centre) / middle.spread
            surprise[of_kind] = self.background.tails[kind].at(standard)
        return surprise

    def cosine_at(self, kind: Kind, surprise: float) -> float:
        """The cosine at which items of a kind reach a surprise; 1 where none could."""
        middle = self.middles[kind]
        return min(middle.centre + middle.spread * self.background.tails[kind].reaching(surprise), 1.0)


def score_all(archive: Archive, matrix: np.ndarray, direction: np.ndarray, background: Background) -> Scored:
    """Every item of the archive, in one scan of the file."""
    cosines = archive.per_item(scan.all_cosines(matrix, direction))
    middles = {kind: Middle.of(cosines[sample]) for kind, sample in background.samples.items()}
    everything = np.arange(len(archive))
    return _scored(archive, everything, cosines, middles, background, cosines, everything)


def score_short_list(
    archive: Archive,
    matrix: np.ndarray,
    direction: np.ndarray,
    background: Background,
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
    return _scored(archive, positions, best, middles, background, usual, usual_positions)


def _scored(
    archive: Archive,
    positions: np.ndarray,
    cosines: np.ndarray,
    middles: dict[Kind, Middle],
    background: Background,
    usual: np.ndarray,
    usual_positions: np.ndarray,
) -> Scored:
    bare = Scored(positions, cosines, np.empty(0), middles, None, usual, usual_positions, background)
    surprise = bare.surprise_of(archive, positions, cosines)
    limits = None
    if len(archive) >= bands.FEWEST_ITEMS:
        limits = bands.measure_limits(surprise[surprise > 0.5], len(archive))
    return Scored(positions, cosines, surprise, middles, limits, usual, usual_positions, background)


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
