"""Asks in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from engine.retrieval import retrieval
from engine.retrieval.direction import Asking, Direction
from engine.values import Term


@retrieval("words", order=1, answers=lambda terms: len(terms) == 1 and bool(terms[0].words) and terms[0].weight > 0)
def ask_in_words(asking: Asking, terms: Sequence[Term]) -> Direction:
    """Find what the words describe, by meaning and by the words themselves."""
    words = terms[0].words or ""
    return Direction(asking.words(words), "text", words)
