"""Names for the dense places of a map: the words that set a place's items apart from all others.

Score of a word in a place: its share there times the logarithm of that share over its share everywhere (a term of the
Kullback-Leibler divergence), so that words said everywhere name nothing and words said once name nothing either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.maps.clusters import LEVELS, clusters
from engine.values import Region

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.events import MapFrame
    from engine.maps.words import Words

READ_AT_MOST = 20_000  # items whose words are read; a sample names a place as well as all of them
SAID_BY = 0.06  # share of a place's items that say its first word, at least
LIFT = 1.5  # times as often as everywhere, at least: what all items say names no place
SECOND = 0.6  # a second word joins when it scores so much of the first
FEWEST_SAYING = 3
LARGEST = (10, 18, 32, 56, 90, 140)  # places named per level
SEED = 0


def regions_of(engine: Engine, frame: MapFrame) -> tuple[Region, ...]:
    """Named places of `frame` from the coarsest level to the finest; places whose items have no words in common are left out."""
    from engine.maps.words import words_of

    count = len(frame.item_ids)
    if not count:
        return ()
    read = np.arange(count)
    if count > READ_AT_MOST:
        read = np.sort(np.random.default_rng(SEED).choice(count, READ_AT_MOST, replace=False))
    words = words_of(engine, frame.item_ids[read])
    found: list[Region] = []
    for level in range(LEVELS):
        places = clusters(frame.coordinates, level)
        names = name_places(places.label[read], len(places.counts), words)
        for number, (name, (x, y), size) in enumerate(zip(names, places.peaks.tolist(), places.counts.tolist())):
            if name and number < LARGEST[level]:
                found.append(Region(level, x, y, name, size, number))
    return tuple(found)


def name_places(label: np.ndarray, places: int, words: Words) -> list[str]:
    """A name for each of `places`, "" where there is none; `label` (n,) is the place of each item that `words` were read of."""
    if not places or not len(words.vocabulary):
        return [""] * places
    where = label[words.item]
    inside = where >= 0
    shape = (places, len(words.vocabulary))
    key = where[inside].astype(np.int64) * shape[1] + words.word[inside]
    keys, inverse = np.unique(key, return_inverse=True)
    weight = np.bincount(inverse, words.weight[inside])
    saying = np.bincount(inverse)
    place, word = np.divmod(keys, shape[1])
    members = np.maximum(np.bincount(label[label >= 0], minlength=places), 1)
    share = weight / members[place]
    everywhere = np.bincount(words.word, words.weight, shape[1]) / max(len(label), 1)
    score = share * np.log(np.maximum(share / everywhere[word], 1e-9))
    good = (saying >= np.minimum(FEWEST_SAYING, members[place])) & (saying >= SAID_BY * members[place])
    good &= share >= LIFT * everywhere[word]
    names = [""] * places
    order = np.lexsort((word, -score, place))
    order = order[good[order]]
    best: dict[int, list[int]] = {}
    for at in order.tolist():
        chosen = best.setdefault(int(place[at]), [])
        if not chosen or (len(chosen) == 1 and score[at] >= SECOND * score[chosen[0]]):
            chosen.append(at)
    for number, chosen in best.items():
        names[number] = ", ".join(_distinct([words.vocabulary[int(word[at])] for at in chosen]))
    return names


def _distinct(said: list[str]) -> list[str]:
    """The words without one that only repeats another in another form (cat, cats)."""
    kept: list[str] = []
    for word in said:
        if not any(word.startswith(other[:4]) for other in kept):
            kept.append(word)
    return kept
