"""`sightline sidecars write`: XMP sidecars beside pictures and sounds, with tags, stars, labels and captions."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from engine.commands.console import emit, library, run_job, say

HELP = "write tags, stars, labels and captions into XMP sidecars beside the files; reading them is part of index"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("act", choices=("write",), help="originals are not touched")
    parser.add_argument("--filter", default="", metavar="WORDS", help='only these items, e.g. "tag:night stars>=3"')


def run(arguments: Namespace) -> int:
    from engine.workflows.write_sidecars import WriteSidecars

    with library(arguments) as engine:
        wanted = engine.search.parse(arguments.filter) if arguments.filter.strip() else None
        ids = engine.items.ids(wanted.filter if wanted else None)
        finished = run_job(engine, WriteSidecars(tuple(ids.tolist())), quiet=arguments.json)
    if arguments.json:
        emit({"summary": finished.summary})
    else:
        say(finished.summary)
    return 0
