"""Names for the dense places of a map, at several levels.

A place is called by a word its items share (tags, captions, texts, folders, names of files): the word's share there times the logarithm
of that share over its share everywhere (a term of the Kullback-Leibler divergence), so that words said everywhere name nothing and words
said once name nothing either. With a model that reads words the word must also mean what the items are (`fitting.py`); where no word is
shared, the everyday word that fits best takes its place. A place that no word fits has no name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.maps.clusters import clusters
from engine.values import Region

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.events import MapFrame
    from engine.maps.fitting import Fitting
    from engine.maps.words import Words

READ_AT_MOST = 20_000  # items whose words are read; a sample names a place as well as all of them
SAID_BY = 0.06  # share of a place's items that say its word, at least
LIFT = 1.5  # times as often as everywhere, at least: what all items say names no place
FEWEST_SAYING = 3
CANDIDATES = 6  # words looked at for one place
LEVELS = 6
FINEST = 10  # steps of smoothing that are tried
LARGEST = (12, 22, 36, 56, 90, 140)  # places named per level
ENOUGH_PLACES, ENOUGH_ITEMS = 5, 0.5  # the coarsest level has so many names, which cover this share of the items
SEED = 0


@dataclass(frozen=True)
class Named:
    """Named places from the coarsest level (0) to the finest; `first` is the step of smoothing of level 0 (see `clusters`)."""

    regions: tuple[Region, ...] = ()
    first: int = 0


def regions_of(engine: Engine, frame: MapFrame, fitting: Fitting | None = None) -> Named:
    """Named places of `frame`; `fitting` says how well a word fits items (None: no model that reads words is loaded)."""
    from engine.maps.words import words_of

    count = len(frame.item_ids)
    if not count:
        return Named()
    read = np.arange(count)
    if count > READ_AT_MOST:
        read = np.sort(np.random.default_rng(SEED).choice(count, READ_AT_MOST, replace=False))
    words = words_of(engine, frame.item_ids[read])
    steps: list[list[Region]] = []
    first: int | None = None
    for step in range(FINEST):
        places = clusters(frame.coordinates, step)
        largest = min(len(places.counts), LARGEST[len(steps) if first is not None else 0])
        names = name_places(places.label, read, largest, words, fitting)
        found = [
            Region(0, x, y, name, size, number)
            for number, (name, (x, y), size) in enumerate(
                zip(names, places.peaks[:largest].tolist(), places.counts[:largest].tolist())
            )
            if name
        ]
        covered = sum(region.count for region in found) / count
        if first is None and step + 1 < FINEST - 3 and (len(found) < ENOUGH_PLACES or covered < ENOUGH_ITEMS):
            steps = [found]  # too coarse; taken only when nothing finer is better
            continue
        if first is None:
            first = step
            steps = []
        steps.append(found)
        if len(steps) == LEVELS:
            break
    regions = [
        Region(level, each.x, each.y, each.name, each.count, each.number)
        for level, found in enumerate(steps)
        for each in found
    ]
    return Named(tuple(regions), first or 0)


def name_places(
    label: np.ndarray, read: np.ndarray, places: int, words: Words, fitting: Fitting | None = None
) -> list[str]:
    """A name for each of the first `places`, "" where there is none. Two places of one kind of thing have one name.

    `label` (n,) is the place of every item, `read` (m,) the rows whose `words` are known.
    """
    said = _said(label[read], places, words)
    if fitting is None:
        chosen = [[(score, word) for word, score in own] for own in said]
    else:
        chosen = fitting.choose(label, said)
    names = [own[0][1] if own else "" for own in chosen]
    return [name[:1].upper() + name[1:] for name in names]


def _said(label: np.ndarray, places: int, words: Words) -> list[list[tuple[str, float]]]:
    """For each place the words that set it apart and their scores, best first."""
    found: list[list[tuple[str, float]]] = [[] for _ in range(places)]
    if not places or not len(words.vocabulary):
        return found
    where = label[words.item]
    inside = (where >= 0) & (where < places)
    key = where[inside].astype(np.int64) * len(words.vocabulary) + words.word[inside]
    keys, inverse = np.unique(key, return_inverse=True)
    weight = np.bincount(inverse, words.weight[inside])
    saying = np.bincount(inverse)
    place, word = np.divmod(keys, len(words.vocabulary))
    members = np.maximum(np.bincount(label[label >= 0], minlength=places), 1)
    share = weight / members[place]
    everywhere = np.bincount(words.word, words.weight, len(words.vocabulary)) / max(len(label), 1)
    score = share * np.log(np.maximum(share / everywhere[word], 1e-9))
    good = (saying >= np.minimum(FEWEST_SAYING, members[place])) & (saying >= SAID_BY * members[place])
    good &= share >= LIFT * everywhere[word]
    order = np.lexsort((word, -score, place))
    for at in order[good[order]].tolist():
        own = found[int(place[at])]
        if len(own) < CANDIDATES:
            own.append((words.vocabulary[int(word[at])], float(score[at])))
    return found


def names_of(regions: Sequence[Region], level: int) -> list[str]:
    """The names of a level, each once, largest place first."""
    return list(dict.fromkeys(region.name for region in regions if region.level == level))
