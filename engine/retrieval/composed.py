"""Asks by several terms at once: the weighted sum of their unit vectors, minus for "less of this".

The sum of unit vectors is the usual way to compose queries in a joint space (word arithmetic; Mikolov et al. 2013, arXiv:1301.3781).
The order of the terms does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.errors import UserFixable
from engine.retrieval import retrieval
from engine.retrieval.direction import Asking, Direction, unit
from engine.values import Kind, Term


@retrieval("composed", paper="arXiv:1301.3781", order=2, answers=lambda terms: len(terms) > 0)
def ask_composed(asking: Asking, terms: Sequence[Term]) -> Direction:
    """Find what is near all the terms with a plus and far from those with a minus."""
    total: np.ndarray | None = None
    kinds: list[Kind] = []
    itself: list[int] = []
    left_out: list[str] = []
    for term in terms:
        try:
            vector, kind = _one(asking, term)
        except UserFixable as fault:
            left_out.append(str(fault))
            continue
        total = term.weight * vector if total is None else total + term.weight * vector
        if term.item_id is not None:
            itself.append(term.item_id)
        if term.weight > 0:
            kinds.append(kind)
    if total is not None and np.linalg.norm(total) < 1e-6:
        left_out.append("The terms cancel each other out, so nothing is left to look for.")
        total = None
    words = " ".join(term.words for term in terms if term.words and term.weight > 0)
    kind = "text" if "text" in kinds or not kinds else kinds[0]
    return Direction(None if total is None else unit(total), kind, words, tuple(itself), tuple(left_out))


def _one(asking: Asking, term: Term) -> tuple[np.ndarray, Kind]:
    if term.words:
        return asking.words(term.words), "text"
    if term.item_id is not None:
        return asking.item(term.item_id), asking.kind_of(term.item_id)
    return asking.file(term.path or "")
