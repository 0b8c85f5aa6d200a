"""Which of several copies to keep, and why: most pixels, then what was said of it, no loss, camera data, size, folder, age."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import takewhile
from pathlib import PurePath
from typing import Any

from engine.catalogue.queries.copies import Place

LOSSLESS = {"PNG", "TIFF", "BMP", "RAW", "FLAC", "WAV"}
ASIDE = re.compile(
    r"\b(copy|copies|kopie|old|backup|bak|tmp|temp|trash|download|downloads|cache|duplicates?)\b|\(\d+\)", re.IGNORECASE
)
Reason = tuple[str, Callable[[Place], float]]


def reasons(shared: int) -> tuple[Reason, ...]:
    """What speaks for a place, weightiest first. `shared` characters of every path are the same and say nothing."""
    return (
        ("the most pixels", lambda place: place.pixels),
        ("stars or tags", lambda place: place.said),
        ("saved without loss", lambda place: place.format.upper() in LOSSLESS),
        ("camera data", lambda place: place.camera),
        ("the largest file", lambda place: place.size),
        ("a place that is not for copies", lambda place: not ASIDE.search(place.path[shared:].replace("_", " "))),
        ("the oldest file", lambda place: -place.changed),
    )


def choose(places: list[Place]) -> tuple[Place, str]:
    """The place to keep and a sentence on why. `places` are two or more."""
    shared = takewhile(lambda letters: len(set(letters)) == 1, zip(*(place.path for place in places)))
    known = reasons(sum(1 for _ in shared))

    def worth(place: Place) -> tuple[Any, ...]:
        return (*(value(place) for _, value in known), -len(place.path), [-ord(letter) for letter in place.path])

    best = max(places, key=worth)
    others = [place for place in places if place is not best]
    ahead = [words for words, value in known if all(value(best) > value(other) for other in others)]
    name = PurePath(best.path).name
    if not ahead:
        return best, f"Keep “{name}”: the copies differ in nothing that counts, so the shortest path stays."
    return best, f"Keep “{name}”: {', '.join(ahead[:3])}."
