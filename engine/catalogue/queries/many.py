"""Handing many ids to SQLite and many numbers back, without a Python object for each.

A list goes in as one JSON value (no limit on bound values, no temporary table, and the statement stays cached). A column
comes out as one joined string: ten times faster than fetching rows, and the interpreter lock is free meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
from sqlalchemy import Select, Subquery, func, select
from sqlalchemy.orm import Session


def values_of(ids: Iterable[int]) -> Select[tuple[int]]:
    """`ids` as a subquery of one column, for `column.in_(values_of(ids))`."""
    listed = ids.tolist() if isinstance(ids, np.ndarray) else [int(number) for number in ids]
    each = func.json_each(json.dumps(listed, separators=(",", ":"))).table_valued("value")
    return select(each.c.value)


def texts_of(words: Iterable[str]) -> Select[tuple[str]]:
    """`words` as a subquery of one column."""
    each = func.json_each(json.dumps(list(words))).table_valued("value")
    return select(each.c.value)


def integers(session: Session, statement: Select[Any] | Subquery) -> np.ndarray:
    """The first column of `statement`, in its order, as int64 (n,)."""
    inner = statement.subquery() if isinstance(statement, Select) else statement
    joined = session.scalar(select(func.group_concat(next(iter(inner.c)))))
    return parse(joined)


def grouped(session: Session, label: Any, number: Any, joined: Any) -> list[tuple[Any, np.ndarray]]:
    """(label, ids with that label) for every label of `joined`, something to select from. Both are column expressions."""
    rows = session.execute(select(label, func.group_concat(number)).select_from(joined).group_by(label))
    return [(name, parse(numbers)) for name, numbers in rows]


def parse(joined: str | None, kind: type = np.int64) -> np.ndarray:
    """Numbers joined by commas."""
    return np.fromstring(joined, sep=",", dtype=kind) if joined else np.empty(0, kind)
