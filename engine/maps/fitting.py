"""How well words fit the items of a place, by the vectors of both.

A cosine between a word and an item means little alone: words differ in how near they are to everything, and kinds lie at different
distances (the modality gap). Each word's cosines are therefore standardised within each kind over the whole map; a word fits a place when
its items stand out for that word. So a frequent word that means nothing in particular names no place, in any language.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from engine.engine import Engine

SAMPLE = 4_000  # items that stand for all
FITS = 0.15  # standard deviations by which a place's items stand out for a word they say themselves
FITS_ALONE = 0.9  # for a word that none of them says
SAID_FIRST = 10.0  # added to the score of words that are said: what people wrote is surer than what a model sees
FEWEST = 3  # sampled items of a place


class Fitting:
    """Knows a sample of a map's items; asks the engine for vectors of words."""

    def __init__(self, vectors: np.ndarray, kinds: np.ndarray, rows: np.ndarray, engine: Engine) -> None:
        """`vectors` (m, d) of the map's `rows` (m,), whose `kinds` (m,) are given."""
        self._vectors, self._kinds, self._rows, self._engine = vectors, kinds, rows, engine
        self._everyday: tuple[list[str], np.ndarray] | None = None

    @classmethod
    def of(cls, engine: Engine, space_id: int, item_ids: np.ndarray, kinds: np.ndarray) -> Fitting:
        """For the items of a layout, in its order."""
        rows = np.arange(len(item_ids))
        if len(rows) > SAMPLE:
            rows = np.sort(np.random.default_rng(0).choice(len(rows), SAMPLE, replace=False))
        ids, vectors = engine.vectors.of(space_id, item_ids[rows])
        there = np.isin(item_ids[rows], ids)
        return cls(vectors, kinds[rows][there], rows[there], engine)

    def choose(self, label: np.ndarray, said: Sequence[Sequence[tuple[str, float]]]) -> list[list[tuple[float, str]]]:
        """For each place (score, word), best first: the words it says (with scores) if they fit, then everyday ones.

        `label` (n,) is the place of every item of the map, -1 for none.
        """
        if self._everyday is None:
            known, vectors = self._engine.search.everyday_words()
            self._everyday = known, self.standing_out(vectors)
        everyday, everyday_out = self._everyday
        own = list(dict.fromkeys(word for place in said for word, _ in place))
        own_out = self.standing_out(self._engine.search.vectors_of_words(own))
        column = {word: number for number, word in enumerate(own)}
        found: list[list[tuple[float, str]]] = []
        for place, words in enumerate(said):
            members = np.flatnonzero(label[self._rows] == place)
            if len(members) < FEWEST:
                found.append([(score, word) for word, score in words])
                continue
            own_fit = own_out[members].mean(axis=0)
            fit = everyday_out[members].mean(axis=0)
            ranked = [(SAID_FIRST + score, word) for word, score in words if own_fit[column[word]] >= FITS]
            best = np.argsort(-fit, kind="stable")[:3]
            ranked += [(float(fit[at]) - FITS_ALONE, everyday[at]) for at in best if fit[at] >= FITS_ALONE]
            found.append(sorted(ranked, key=lambda each: (-each[0], each[1])))
        return found

    def standing_out(self, words: np.ndarray) -> np.ndarray:
        """Standard scores float32 (items, words): how far above its kind's mean each item is for each of `words` (w, d)."""
        cosines = self._vectors @ words.T
        for kind in np.unique(self._kinds):
            own = self._kinds == kind
            part = cosines[own]
            cosines[own] = (part - part.mean(axis=0)) / np.maximum(part.std(axis=0), 1e-4)
        return np.asarray(cosines)
