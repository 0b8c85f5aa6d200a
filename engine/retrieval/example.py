"""Asks by one example: an item of the library, or a file from outside."""

from __future__ import annotations

from collections.abc import Sequence

from engine.retrieval import retrieval
from engine.retrieval.direction import Asking, Direction
from engine.values import Term


@retrieval("example", order=1, answers=lambda terms: len(terms) == 1 and not terms[0].words and terms[0].weight > 0)
def ask_by_example(asking: Asking, terms: Sequence[Term]) -> Direction:
    """Find what is like an item or a file."""
    (term,) = terms
    if term.item_id is not None:
        return Direction(asking.item(term.item_id), asking.kind_of(term.item_id), itself=(term.item_id,))
    vector, kind = asking.file(term.path or "")
    return Direction(vector, kind)
