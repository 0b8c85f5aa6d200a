"""Queries as JSON: how saved searches are kept, exported and copied. Unknown fields of a newer version are passed by."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from typing import Any

from engine.values import Filter, Query, Term


def to_json(query: Query) -> str:
    """Only what differs from an empty query."""
    terms = [_told(term, Term()) for term in query.terms]
    return json.dumps({"terms": terms, "filter": _told(query.filter, Filter())}, ensure_ascii=False, sort_keys=True)


def from_json(text: str) -> Query:
    """The inverse of `to_json`. Raises ValueError for something else."""
    content = json.loads(text)
    if not isinstance(content, dict):
        raise ValueError("a query is a JSON object")
    terms = tuple(Term(**_known(Term, term)) for term in content.get("terms", ()))
    return Query(terms, Filter(**_known(Filter, content.get("filter", {}))))


def _told(value: Any, empty: Any) -> dict[str, Any]:
    return {name: kept for name, kept in asdict(value).items() if kept != getattr(empty, name)}


def _known(kind: type, given: dict[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items() if name in names}
