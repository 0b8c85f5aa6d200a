"""`sightline diagnose NAME [--model ID] [--set name=value ...] [--filter WORDS] [--out FILE.html]`; without a name, the list."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.console import emit, library, run_job, say, setting, table
from engine.errors import UserFixable
from engine.evidence import Groups, Measures, Pairs, Plot, Report, Table
from engine.workflows.run_diagnostic import RunDiagnostic

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.evidence import Part
    from engine.values import Filter

HELP = "measure a model, its space or the archive; without a name, list what can be measured"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="what to measure")
    parser.add_argument("--model", metavar="ID", help="the model to measure (default: the one in use)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the diagnostic")
    parser.add_argument("--filter", default="", metavar="WORDS", help='only these items, e.g. "tag:night kind:image"')
    parser.add_argument("--seed", type=int, default=0, help="for everything drawn at random (default 0)")
    parser.add_argument("--out", metavar="FILE", type=Path, help="also write the report as one HTML file")


def run(arguments: Namespace) -> int:
    """With `--json` one line with the headline, one per row of evidence, and one that says where it comes from."""
    with library(arguments, read_only=True) as engine:
        if arguments.name is None:
            return _list(engine, as_json=arguments.json)
        job = RunDiagnostic(
            arguments.name.replace("-", "_"),
            arguments.model,
            chosen(engine, arguments.filter),
            tuple(setting(word) for word in arguments.set),
            arguments.seed,
        )
        report = run_job(engine, job, quiet=arguments.json).result
        assert isinstance(report, Report)
        show(engine, report, as_json=arguments.json)
        if arguments.out is not None:
            say(f"Written to {engine.diagnostics.export(report, arguments.out)}.")
    return 0


def chosen(engine: Engine, words: str) -> Filter:
    """The items `--filter` means. Raises UserFixable when it asks for meaning."""
    query = engine.search.parse(words)
    if query.terms:
        raise UserFixable(
            f"“{words}” holds words to search by meaning, and --filter takes conditions only.",
            "Nothing was measured.",
            "Use conditions such as tag:night, kind:image, date>=2020, stars>=3 or in:folder.",
        )
    return query.filter


def show(engine: Engine, report: Report, *, as_json: bool) -> None:
    """A report for people (tables and sentences), or as JSON lines."""
    evidence, told = report.evidence, report.provenance
    if as_json:
        emit({"diagnostic": told.diagnostic, "headline": evidence.headline, "left_out": list(evidence.left_out)})
        for part in evidence.parts:
            for row in _rows(engine, part):
                emit(row)
        for advice in evidence.advice:
            emit(
                {"advice": advice.title, "text": advice.text, "act": advice.act or None, "items": len(advice.item_ids)}
            )
        models = [{"model": key, "checkpoint": weights, "space": space} for key, weights, space in told.models]
        emit(
            {
                "provenance": {
                    "version": told.version,
                    "models": models,
                    "items": told.items,
                    "snapshot": told.snapshot,
                    "seed": told.seed,
                    "parameters": dict(told.parameters),
                    "report": report.id,
                }
            }
        )
        return
    say(evidence.headline)
    for sentence in evidence.left_out:
        say(sentence)
    for part in evidence.parts:
        _print(engine, part)
    for advice in evidence.advice:
        say(f"{advice.title}. {advice.text}")


def _rows(engine: Engine, part: Part) -> list[dict[str, Any]]:
    if isinstance(part, Measures):
        return [
            {
                "measure": one.name,
                "value": one.value,
                "interval": one.interval,
                "good": one.good,
                "verdict": one.verdict,
                "says": one.says,
            }
            for one in part.measures
        ]
    if isinstance(part, Table):
        paths = _paths(engine, [number for number in part.item_ids if number is not None])
        names = [column.lower().replace(" ", "_") for column in part.columns]
        return [
            {"table": part.title, **dict(zip(names, row))}
            | ({"path": paths.get(part.item_ids[place] or 0)} if part.item_ids else {})
            for place, row in enumerate(part.rows)
        ]
    if isinstance(part, Plot):
        return [{"plot": part.title, "series": one.name, "x": one.x, "y": one.y} for one in part.series]
    if isinstance(part, Pairs):
        paths = _paths(engine, [number for pair in part.pairs for number in (pair.a, pair.b)])
        return [
            {"pair": part.title, "a": paths.get(pair.a), "b": paths.get(pair.b), **dict(zip(part.scores, pair.scores))}
            for pair in part.pairs
        ]
    return [
        {"group": place, "path": member.path, "kind": member.kind, "keep": member.keep}
        for place, group in enumerate(part.groups, 1)
        for member in group.members
    ]


def _paths(engine: Engine, ids: list[int]) -> dict[int, str]:
    return {card.id: card.path for card in engine.items.cards(sorted(set(ids)))}


def _print(engine: Engine, part: Part) -> None:
    say("")
    say(f"{part.title}. {part.note}".strip())
    if isinstance(part, Measures):
        rows = [
            (one.title, "–" if one.value is None else f"{one.value:.3g}{one.unit}", one.word, one.says)
            for one in part.measures
        ]
        table(("", "", "", ""), rows, right=(1,))
    elif isinstance(part, Table):
        names = {card.id: card.name for card in engine.items.cards([n for n in part.item_ids if n is not None])}
        pictured = bool(part.item_ids)
        told = [
            (*([names.get(part.item_ids[place] or 0, "")] if pictured else []), *(_figure(cell) for cell in row))
            for place, row in enumerate(part.rows[:30])
        ]
        table((*(["Item"] if pictured else []), *part.columns), told, right=[place + pictured for place in part.right])
    elif isinstance(part, Plot):
        say("A plot; see it in the report (--out report.html).")
    else:
        rows_of = _rows(engine, part)[:30]
        if rows_of:
            table(tuple(rows_of[0]), [tuple(_figure(cell) for cell in row.values()) for row in rows_of])
        if isinstance(part, (Pairs, Groups)):
            say(f"{part.total:,} in all.")
    sys.stdout.flush()


def _figure(cell: Any) -> str:
    return "" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell)


def _list(engine: Engine, *, as_json: bool) -> int:
    for card in engine.diagnostics.cards():
        if as_json:
            settings = {parameter.name: parameter.default for parameter in card.parameters}
            emit(
                {
                    "diagnostic": card.name,
                    "title": card.title,
                    "paper": card.paper,
                    "needs": card.needs,
                    "settings": settings,
                }
            )
    if not as_json:
        table(("Name", "What it does"), [(card.name, card.title) for card in engine.diagnostics.cards()])
    return 0
