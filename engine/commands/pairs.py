"""`sightline pairs [--above 0.95] [--below 0.6] [--fit] [--sheet FILE.csv]`: CLIP-blind pairs of the library's pictures."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from engine.commands.console import emit, library, run_job, say, table
from engine.commands.diagnose import chosen
from engine.evidence import Pairs, Report
from engine.workflows.encode_missing import EncodeMissing
from engine.workflows.run_diagnostic import RunDiagnostic

HELP = "pictures the model takes for the same though a second opinion does not"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--above", type=float, default=0.95, metavar="C", help="the model says at least this cosine")
    parser.add_argument(
        "--below", type=float, default=0.60, metavar="C", help="the second opinion says at most this one"
    )
    parser.add_argument("--fit", action="store_true", help="measure both limits on this archive instead")
    parser.add_argument("--model", metavar="ID", help="the model in question (default: the one in use)")
    parser.add_argument("--second", default="", metavar="ID", help="the second opinion (default: the best there is)")
    parser.add_argument("--filter", default="", metavar="WORDS", help='only these items, e.g. "in:holiday"')
    parser.add_argument("-n", type=int, default=5000, metavar="N", help="at most so many pairs (default 5000)")
    parser.add_argument(
        "--sheet", metavar="FILE", type=Path, help="write the pairs you called different as a question sheet"
    )
    parser.add_argument("--out", metavar="FILE", type=Path, help="also write a report as one HTML file")


def run(arguments: Namespace) -> int:
    """One line {"a", "b", "clip", "vision"} per pair, strangest first. Pictures the second opinion has not seen are shown to it first."""
    with library(arguments) as engine:
        second = engine.diagnostics.second_opinion(arguments.second)
        seen = run_job(engine, EncodeMissing(model_key=second, title=f"Asking “{second}”"), quiet=arguments.json)
        if not arguments.json and not seen.summary.startswith("Everything"):
            say(f"{seen.summary[:-1]} with “{second}”.")
        settings = {
            "above": arguments.above,
            "below": arguments.below,
            "fit": arguments.fit,
            "second": second,
            "shown": max(1, min(5000, arguments.n)),
        }
        job = RunDiagnostic("blind_pairs", arguments.model, chosen(engine, arguments.filter), tuple(settings.items()))
        report = run_job(engine, job, quiet=arguments.json).result
        assert isinstance(report, Report)
        (found,) = (part for part in report.evidence.parts if isinstance(part, Pairs))
        names = {
            card.id: card.path for card in engine.items.cards([i for pair in found.pairs for i in (pair.a, pair.b)])
        }
        rows = [(names[pair.a], names[pair.b], pair.scores[0], pair.scores[1]) for pair in found.pairs]
        if arguments.json:
            for a, b, clip, vision in rows:
                emit({"a": a, "b": b, "clip": round(clip, 4), "vision": round(vision, 4)})
        else:
            table(("A", "B", "CLIP", "vision"), [(a, b, f"{c:.3f}", f"{v:.3f}") for a, b, c, v in rows], right=(2, 3))
        say(f"{report.evidence.headline}.")
        for sentence in report.evidence.left_out:
            say(sentence)
        if arguments.out is not None:
            say(f"Written to {engine.diagnostics.export(report, arguments.out)}.")
        if arguments.sheet is not None:
            count = engine.diagnostics.pair_review(report).write_sheet(arguments.sheet, engine.items.cards)
            say(f"{count:,} questions written to {arguments.sheet}.")
    return 0
