"""Items as a Parquet table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.export.rows import COLUMNS, item_rows
from engine.export.target import whole_file

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.jobs import Progress

TITLE = "Table (Parquet)"
HELP = "One row per item with path, marks and facts, for data tools."
SUFFIX = ".parquet"


def write(engine: Engine, ids: np.ndarray, target: Path, progress: Progress) -> int:
    """Typed columns; tags are a list of strings."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [_clean(row) for row in item_rows(engine, ids, progress)]
    types = {
        "id": pa.int64(),
        "tags": pa.list_(pa.string()),
        "hidden": pa.bool_(),
        **dict.fromkeys(("stars", "flag", "label"), pa.int8()),
        **dict.fromkeys(("width", "height", "line", "page"), pa.int32()),
        **dict.fromkeys(("seconds", "taken_at"), pa.float64()),
    }
    schema = pa.schema([(name, types.get(name, pa.string())) for name in COLUMNS])
    with whole_file(engine, target) as path:
        pq.write_table(pa.Table.from_pylist(rows, schema), path)
    return len(rows)


def _clean(row: dict[str, Any]) -> dict[str, Any]:
    """Parquet holds Unicode only: bytes of a name that are not stay readable as \\xNN."""
    return {
        key: value.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        if isinstance(value, str)
        else value
        for key, value in row.items()
    }
