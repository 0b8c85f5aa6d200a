"""`sightline export`: take items out of the library."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from engine.commands.console import emit, library, run_job, say
from engine.errors import UserFixable
from engine.workflows.export_items import ExportItems

HELP = "take vectors, a table, files, pairs, paths or the map out of the library"
TABLES = {".csv": "csv", ".jsonl": "jsonl", ".parquet": "parquet"}
WHAT = ("vectors", "table", "files", "pairs", "paths", "map")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=WHAT, help="table: the suffix of --out says CSV, JSON lines or Parquet")
    parser.add_argument("--out", metavar="PATH", type=Path, required=True, help="a file; for `files` a folder")
    parser.add_argument("--filter", default="", metavar="WORDS", help='only these items, e.g. "tag:night date>=2020"')
    parser.add_argument(
        "--items", type=_numbers, metavar="N,N,…", help="only these items, by their numbers, in this order"
    )


def run(arguments: Namespace) -> int:
    chosen = _format(arguments.what, arguments.out)
    with library(arguments, read_only=True) as engine:
        wanted = engine.search.parse(arguments.filter) if arguments.filter.strip() else None
        if wanted is not None and wanted.terms:
            raise UserFixable(
                f"“{arguments.filter}” holds words to search by meaning, and --filter takes conditions only.",
                "Nothing was written.",
                "Use conditions such as tag:night, kind:image, date>=2020, stars>=3 or in:folder.",
            )
        ids = tuple(engine.items.ids(wanted.filter if wanted else None).tolist())
        if arguments.items is not None:
            there = set(ids)
            ids = tuple(number for number in arguments.items if number in there)
        job = ExportItems(ids, chosen, str(arguments.out))
        finished = run_job(engine, job, quiet=arguments.json)
    if arguments.json:
        emit({"exported": arguments.what, "format": chosen, "path": str(arguments.out), "summary": finished.summary})
    say(finished.summary)
    return 0


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(",") if part.strip())


def _format(what: str, out: Path) -> str:
    if what != "table":
        return what
    if out.suffix.lower() not in TABLES:
        raise UserFixable(
            f"“{out.name}” does not say which table is wanted.",
            "Nothing was written.",
            f"End it in {', '.join(TABLES)}.",
        )
    return TABLES[out.suffix.lower()]
