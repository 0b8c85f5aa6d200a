"""`sightline index`: add folders and files, or look at them again."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from engine.commands.console import emit, library, run_job, say
from engine.events import Event, FilesSeen
from engine.workflows.add_folders import AddFolders
from engine.workflows.summary import ScanSummary

HELP = "add folders and files, or look again at those added before"


def add_arguments(parser: ArgumentParser) -> None:
    """Paths, and the model that makes the vectors."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a folder, a file or a caption table")
    parser.add_argument("--model", metavar="ID", help="make vectors with this model instead of the one in use")


def run(arguments: Namespace) -> int:
    """With `--json` one line per file, then the summary; for people the files that could not be read, then a sentence.

    Files that cannot be read do not make the verb fail: they are listed with their reasons.
    """

    def tell(event: Event) -> None:
        if not isinstance(event, FilesSeen):
            return
        for outcome in event.outcomes:
            # files of other kinds are told as failed here: the contract of this line knows no further word
            status = "failed" if outcome.status == "left alone" else outcome.status
            if arguments.json:
                emit(
                    {"path": outcome.path, "modality": outcome.kind, "status": status, "reason": outcome.reason or None}
                )
            elif outcome.status == "failed":
                say(f"{outcome.path}: {outcome.reason}")

    with library(arguments) as engine:
        unsubscribe = engine.jobs.subscribe(tell)
        try:
            finished = run_job(engine, AddFolders(tuple(arguments.paths), arguments.model), quiet=arguments.json)
        finally:
            unsubscribe()
        result = finished.result
        assert isinstance(result, ScanSummary)
    if arguments.json:
        emit({"summary": result.as_figures()})
    else:
        say(result.sentence)
    return 0
