"""`sightline duplicates [--exact] [--apply]`: copies of files and of pictures, with the one to keep."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from engine.commands.console import emit, library, run_job, say, table
from engine.commands.diagnose import chosen
from engine.evidence import Groups, Report
from engine.workflows.run_diagnostic import RunDiagnostic

HELP = "groups of copies, exact and near, with the one to keep and why"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--exact", action="store_true", help="only the same bytes in several places")
    parser.add_argument("--filter", default="", metavar="WORDS", help='only these items, e.g. "in:holiday"')
    parser.add_argument(
        "--set-aside", action="store_true", help="hide all but the ones to keep; files stay, undo brings them back"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, help="also write a report as one HTML file")


def run(arguments: Namespace) -> int:
    """One line {"group", "path", "kind", "keep"} per file; groups are numbered from 1. Series of shots are left to the window."""
    with library(arguments) as engine:
        settings = (("near", not arguments.exact), ("series", 0.0))
        job = RunDiagnostic("duplicates", None, chosen(engine, arguments.filter), settings)
        report = run_job(engine, job, quiet=arguments.json).result
        assert isinstance(report, Report)
        (found,) = (part for part in report.evidence.parts if isinstance(part, Groups))
        for number, group in enumerate(found.groups, 1):
            if arguments.json:
                for member in group.members:
                    emit({"group": number, "path": member.path, "kind": member.kind, "keep": member.keep})
            else:
                say(f"{number}. {group.why}")
                table(("", "kind", "path"), [("keep" if m.keep else "", m.kind, m.path) for m in group.members])
        say(f"{report.evidence.headline}.")
        for sentence in report.evidence.left_out:
            say(sentence)
        if arguments.set_aside and found.groups:
            say(engine.diagnostics.copy_review(report).accept(found.groups).sentence + " The files stay on disk.")
        if arguments.out is not None:
            say(f"Written to {engine.diagnostics.export(report, arguments.out)}.")
    return 0
