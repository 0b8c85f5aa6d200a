"""From scores to hits: what is worth showing, in which band, in which order, found by what.

Bands come first. Within a band the kinds take turns, each in its own order: the best picture, the best sound, the best text, then the
second of each. Cosines of different kinds cannot be compared (the modality gap), and whichever kind an archive has most of would fill the
first page.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.indexes import scan
from engine.retrieval import bands as banding
from engine.retrieval import fusion
from engine.retrieval.archive import Archive
from engine.retrieval.scoring import Scored
from engine.values import KINDS, Kind

SHOWN = 1000  # hits given when the caller does not say, more when more stand out
SAID_FITS = 0.9  # chance of a hit that stands out and has all the words asked for
ONLY_SAID_FITS = 0.5  # of one that has the words and does not stand out


class Columns(NamedTuple):
    """The parallel arrays of `Hits`, with how likely each hit is to fit (NaN where that is not measured)."""

    item_ids: np.ndarray
    scores: np.ndarray
    bands: np.ndarray
    found_by: np.ndarray
    parts: np.ndarray
    chances: np.ndarray

    def first(self, k: int | None) -> Columns:
        return self if k is None else Columns(*(column[:k] for column in self))


def lent_by_captions(scored: Scored, archive: Archive, described: np.ndarray, captions: np.ndarray) -> np.ndarray:
    """How likely each item of the archive (n,) fits by what its captions mean: as likely as they do, 0 where none stands out.

    `described` and `captions` (p,) are ids of pairs, by caption.
    """
    lent = np.zeros(len(archive))
    if not scored.measured or not len(captions):
        return lent
    standing = np.flatnonzero(scored.chances >= banding.UNSURE_FROM)
    standing = standing[archive.kinds[scored.positions[standing]] == KINDS.index("text")]
    ids, chances = archive.item_ids[scored.positions[standing]], scored.chances[standing]
    first, last = np.searchsorted(captions, ids), np.searchsorted(captions, ids, side="right")
    for begin, end, likely in zip(first.tolist(), last.tolist(), chances.tolist()):
        if end > begin:
            places = archive.positions_of(described[begin:end])
            lent[places] = np.maximum(lent[places], likely)
    return lent


def candidates(scored: Scored, open_to: np.ndarray, found: np.ndarray, archive: Archive, k: int | None) -> np.ndarray:
    """Positions worth an exact look: the most surprising of every kind, all that stand out, and those `found` (ids) by words."""
    free = open_to[scored.positions]
    positions, surprise, chances = scored.positions[free], scored.surprise[free], scored.chances[free]
    kinds = archive.kinds[positions]
    kept = [archive.positions_of(found)] if len(found) else []
    for number in np.flatnonzero(np.bincount(kinds, minlength=len(KINDS))):
        own = kinds == number
        mine, surprises = positions[own], surprise[own]
        count = max(SHOWN, int((chances[own] >= banding.UNSURE_FROM).sum())) if k is None else k
        if count < len(mine):
            last = np.partition(surprises, len(surprises) - count)[len(surprises) - count]
            # a tail rises at most 4 for each standard score (background.py)
            slack = 2 * scan.ROUNDING * 4.0 / scored.middles[KINDS[number]].spread
            mine = mine[surprises >= last - slack]
        kept.append(mine)
    return np.unique(np.concatenate(kept)) if kept else np.empty(0, np.int64)


def ranked(
    ids: np.ndarray,
    kinds: np.ndarray,
    cosines: np.ndarray,
    parts: np.ndarray,
    surprise: np.ndarray,
    chances: np.ndarray | None,
    lent: np.ndarray,
    found: np.ndarray,
) -> Columns:
    """Hits in their final order. `chances` None: too few items to measure, so that there are no bands and surprise alone decides.

    `found` are ids of items that have all the words asked for, best first; those without a vector are hits as well.
    Words that stand in an item's name, caption or text are evidence of their own: they lift it by one band. What a caption means
    is evidence for what it describes: `lent` (n,) chances, see `lent_by_captions`.
    """
    order = np.lexsort((ids, -surprise))
    ids, kinds, cosines, parts, lent = (column[order] for column in (ids, kinds, cosines, parts, lent))
    measured = chances is not None
    odds = chances[order] if chances is not None else np.full(len(ids), np.nan)
    without = found[~np.isin(found, ids)]
    ids = np.concatenate([ids, without])
    kinds = np.concatenate([kinds, np.full(len(without), len(KINDS), kinds.dtype)])
    cosines = np.concatenate([cosines, np.full(len(without), np.nan, np.float32)])
    parts = np.concatenate([parts, np.zeros(len(without), parts.dtype)])
    odds = np.concatenate([odds, np.full(len(without), 0.0 if measured else np.nan)])
    lent = np.concatenate([lent, np.zeros(len(without))])
    by_caption = np.flatnonzero(lent)
    by_caption = by_caption[np.lexsort((by_caption, -lent[by_caption]))]
    fused = fusion.fused(len(ids) - len(without), ids, (found, ids[by_caption]))
    by_words = np.isin(ids, found)
    found_by = np.where(by_words, fusion.BOTH, fusion.MEANING).astype(np.int8)
    found_by[len(ids) - len(without) :] = fusion.WORDS
    codes = np.full(len(ids), banding.NONE, np.int8)
    if measured:
        own = banding.bands_of(odds)
        said = np.where(own < banding.UNLIKELY, SAID_FITS, ONLY_SAID_FITS)
        lifted = np.maximum(np.where(by_words, said, 0), lent)
        by_words |= lifted > odds
        odds = np.maximum(odds, lifted)
        codes = banding.bands_of(odds)
        # its meaning alone would not have shown it
        found_by = np.where(by_words, np.where(own < banding.UNLIKELY, fusion.BOTH, fusion.WORDS), fusion.MEANING)
        found_by = found_by.astype(np.int8)
    turn = _turns(codes, kinds, fused) if measured else np.zeros(len(ids))
    final = np.lexsort((ids, -fused, turn, codes))
    return Columns(*(column[final] for column in (ids, cosines, codes, found_by, parts, odds)))


def _turns(codes: np.ndarray, kinds: np.ndarray, fused: np.ndarray) -> np.ndarray:
    """When each hit's turn comes within its band: its rank among the hits of its kind there; no turns among the unlikely."""
    group = codes.astype(np.int64) * 16 + kinds
    order = np.lexsort((-fused, group))
    starts = np.flatnonzero(np.diff(group[order], prepend=-1))
    sizes = np.diff(starts, append=len(order))
    turn = np.empty(len(codes), np.int64)
    turn[order] = np.arange(len(order)) - np.repeat(starts, sizes)
    turn[codes == banding.UNLIKELY] = 0
    return turn


def fit_of(columns: Columns) -> tuple[float, float]:
    """The share that is expected to fit in the likely and in the unsure band."""
    shares = []
    for code, usual in zip((banding.LIKELY, banding.UNSURE), banding.USUAL_FIT):
        own = columns.chances[columns.bands == code]
        shares.append(float(own.mean()) if len(own) else usual)
    return shares[0], shares[1]


def kind_shown(scored: Scored, archive: Archive, open_to: np.ndarray) -> Kind | None:
    """The kind whose scores are shown as a picture: the one most items that stand out are of, else the most frequent one."""
    of_kinds = archive.kinds[open_to]
    if not len(of_kinds):
        return None
    free = open_to[scored.positions]
    standing = scored.positions[free & (scored.chances >= banding.UNSURE_FROM)]
    counted = archive.kinds[standing] if len(standing) else of_kinds
    return KINDS[int(np.bincount(counted, minlength=len(KINDS)).argmax())]
