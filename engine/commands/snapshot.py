"""`sightline snapshot make|show|restore`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from engine.commands.console import emit, library, run_job, say

HELP = "keep the library as it is in one file, or make it what it was"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("act", choices=("make", "show", "restore"), help="restore keeps what is there now beside it")
    parser.add_argument("file", type=Path, metavar="FILE", help="the snapshot, such as monday.sightline")


def run(arguments: Namespace) -> int:
    """The library must not be open elsewhere."""
    from engine.engine import default_folder
    from engine.workflows.snapshots import MakeSnapshot, look_into, restore

    if arguments.act == "make":
        with library(arguments) as engine:
            summary = run_job(engine, MakeSnapshot(str(arguments.file)), quiet=arguments.json).summary
    elif arguments.act == "show":
        found = look_into(arguments.file)
        when = datetime.fromtimestamp(found.made_at).strftime("%Y-%m-%d %H:%M")
        summary = f"{found.items:,} items, {when}, by Sightline {found.version}."
    else:
        folder = Path(arguments.library) if arguments.library else default_folder()
        aside = restore(folder.expanduser().absolute(), arguments.file)
        summary = f"Restored. What was there before is kept in “{aside}”."
    if arguments.json:
        emit({"summary": summary})
    say(summary)
    return 0
