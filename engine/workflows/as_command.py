"""What was done in the window, written as the command that does the same: a search, an export, a job."""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engine.values import Query, Term

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Job

MOST_IDS = 500  # more items than these are not named one by one in a command
TABLES = {"csv": ".csv", "jsonl": ".jsonl", "parquet": ".parquet"}


@dataclass(frozen=True)
class Command:
    """`text` as a shell takes it; `left_out` names what a command cannot say."""

    text: str
    left_out: str = ""


def of_search(engine: Engine, query: Query) -> Command:
    """The search that is shown; without terms, the list of paths that match."""
    left_out = _left_out(query)
    conditions = engine.search.write(Query((), query.filter))
    filtered = ["--filter", conditions] if conditions else []
    if not query.terms:
        return _command(engine, ["export", "paths", "--out", "paths.txt", *filtered], left_out)
    terms = tuple(_placed(engine, term) for term in query.terms)
    asked = engine.search.write(Query(terms))
    return _command(engine, ["search", *filtered, *(["--"] if asked.startswith("-") else []), asked], left_out)


def of_export(engine: Engine, ids: Sequence[int], format: str, target: str, shown: Query | None = None) -> Command:
    """An export of `ids`, or of all that match `shown` (a filter without terms) instead."""
    what = ["export", "table" if format in TABLES else format, "--out", target]
    if shown is not None and not shown.terms:
        conditions = engine.search.write(shown)
        return _command(engine, [*what, *(["--filter", conditions] if conditions else [])], _left_out(shown))
    if len(ids) > MOST_IDS:
        return _command(engine, what, f"the choice of {len(ids):,} items")
    return _command(engine, [*what, "--items", ",".join(map(str, ids))])


def of_job(engine: Engine, job: Job) -> Command | None:
    """A job; None for one that no command starts."""
    from engine.workflows.add_folders import AddFolders
    from engine.workflows.add_model import AddModel
    from engine.workflows.build_map import BuildMap
    from engine.workflows.download_model import DownloadModel
    from engine.workflows.encode_missing import EncodeMissing
    from engine.workflows.export_items import ExportItems
    from engine.workflows.open_sample import OpenSample
    from engine.workflows.rescan import Rescan
    from engine.workflows.snapshots import MakeSnapshot
    from engine.workflows.write_sidecars import WriteSidecars

    match job:
        case AddFolders(paths=paths, model_key=model):
            return _command(engine, ["index", *paths, *(["--model", model] if model else [])])
        case Rescan(collection_id=number):
            roots = [card.root for card in engine.collections.all() if card.id == number]
            return _command(engine, ["index", *roots]) if roots else None
        case EncodeMissing():
            return _command(engine, ["index", *(card.root for card in engine.collections.all())])
        case BuildMap():
            return _command(engine, ["map"])
        case DownloadModel(name=name, tag=tag):
            return _command(engine, ["models", "add", name, "--tag", tag, "--yes"])
        case AddModel(path=path, name=name):
            return _command(engine, ["models", "add", path, "--name", name])
        case ExportItems(item_ids=ids, format=format, target=target):
            return of_export(engine, ids, format, target)
        case WriteSidecars():
            return _command(engine, ["sidecars", "write"], "the choice of items")
        case MakeSnapshot(target=target):
            return _command(engine, ["snapshot", "make", target])
        case OpenSample():
            return _command(engine, ["demo"])
    return None


def _command(engine: Engine, words: Sequence[str], left_out: str = "") -> Command:
    whole = ["sightline", "--library", str(engine.folder), *words]
    written = subprocess.list2cmdline(whole) if sys.platform == "win32" else shlex.join(whole)
    return Command(written, left_out)


def _placed(engine: Engine, term: Term) -> Term:
    """An item is named by its file, so that the command also works where its number is another."""
    path = engine.items.path_of(term.item_id) if term.item_id is not None else None
    return replace(term, item_id=None, path=str(path)) if path is not None else term


def _left_out(query: Query) -> str:
    parts = {
        "the collection": query.filter.collection_ids,
        "the lasso": query.filter.item_ids is not None,
        "hidden items": query.filter.include_hidden,
    }
    return " and ".join(name for name, there in parts.items() if there)
