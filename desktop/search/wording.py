"""How a search is written in one line, as people read it and as the text form takes it."""

from __future__ import annotations

from pathlib import PurePath

from engine.values import Query, Term


def term_words(term: Term, name: str | None = None) -> str:
    """The words of a part: its own, the name of its file, or of its item when known."""
    if term.words is not None:
        return term.words
    if term.path is not None:
        return PurePath(term.path).name
    return name or "this item"


def query_words(query: Query | None) -> str:
    """All parts with their signs: “a bird on water − drawing”."""
    if query is None:
        return ""
    parts: list[str] = []
    for term in query.terms:
        sign = "− " if term.weight < 0 else "+ " if parts else ""
        parts.append(sign + term_words(term))
    return " ".join(parts)
