"""Which second opinion speaks, and where cosines become rare."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.errors import UserFixable

if TYPE_CHECKING:
    from engine.diagnostics.subject import Subject
    from engine.engine import Engine


def best_opinion(engine: Engine, wanted: str = "") -> str:
    """The key of the second opinion asked for, or the best there is: a trained one before the built-in description.

    Raises UserFixable when it is not installed, or reads words itself.
    """
    known = [card.key for card in engine.models.opinions()]
    if wanted:
        engine.models.card(wanted)
        return wanted
    if not known:
        raise _needed("No picture-only model is installed.", "Add one on the Models page.")
    return known[0]


def opinion_for(subject: Subject, ids: np.ndarray, wanted: str = "") -> str:
    """The second opinion that has vectors of these pictures. Raises UserFixable when there is none."""
    if wanted:
        key = best_opinion(subject.engine, wanted)
        if key == subject.model_key:
            raise _needed(f"“{key}” cannot be its own second opinion.", "Choose another one.")
        return key
    keys = [card.key for card in subject.engine.models.opinions()]
    for key in keys:
        space = subject.engine.models.space(key)
        if len(subject.engine.vectors.of(space.id, ids)[0]):
            return key
    if not keys:
        best_opinion(subject.engine)
    raise _needed(
        f"“{keys[-1]}” is built in, and no picture was indexed with it yet.",
        f"Index with it: sightline index FOLDER --model {keys[-1]}",
    )


def tail(usual: np.ndarray, count: int, one_in: int) -> float:
    """The cosine that about one pair in `one_in` reaches, from sorted cosines of random pairs; at most 0.99."""

    share = max(1 / one_in, 1 / max(1, count * (count - 1) // 2))
    place = (1 - share) * (len(usual) - 1)
    return float(min(0.99, np.interp(place, np.arange(len(usual)), usual)))


def _needed(why: str, remedy: str) -> UserFixable:
    return UserFixable(f"A second opinion is needed. {why}", "Nothing was measured and nothing was changed.", remedy)
