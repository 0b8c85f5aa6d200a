"""`sightline evaluate zero-shot|retrieval --model ID --data FILE`: how good a model is on a table of pictures, with intervals."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from engine.commands.console import emit, library, run_job, say, table
from engine.workflows.evaluate_model import TEMPLATES, EvaluateModel, Measured

HELP = "measure a model on a table of pictures with labels or captions, with bootstrap intervals"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=("zero-shot", "retrieval"), help="naming pictures, or finding them by captions")
    parser.add_argument("--model", metavar="ID", help="the model to measure (default: the one in use)")
    parser.add_argument(
        "--data", metavar="FILE", type=Path, required=True, help="image, label for zero-shot; image, caption"
    )
    parser.add_argument(
        "--template", action="append", metavar="WORDS", help='for zero-shot, e.g. "a photo of a {}"; may be given again'
    )


def run(arguments: Namespace) -> int:
    """With `--json` one object: {"evaluate", "model", figures by name, facts}."""
    with library(arguments) as engine:
        model = arguments.model or engine.models.key_in_use()
        place = str(arguments.data.expanduser().absolute())
        job = EvaluateModel(arguments.what, model, place, tuple(arguments.template or TEMPLATES))
        found = run_job(engine, job, quiet=arguments.json).result
    assert isinstance(found, Measured)
    if arguments.json:
        emit({"evaluate": found.what, "model": found.model, **found.figures, **found.facts})
        return 0
    table(("Figure", "Value", "95 % interval", "n"), list(_rows(found.figures)), right=(1, 2, 3))
    say(", ".join(f"{name.replace('_', ' ')} {_said(value)}" for name, value in found.facts.items()))
    return 0


def _rows(figures: dict[str, Any], before: str = "") -> list[tuple[str, str, str, int]]:
    rows: list[tuple[str, str, str, int]] = []
    for name, value in figures.items():
        if "value" not in value:
            rows += _rows(value, f"{name} ")
            continue
        interval = f"{value['low']:.3f} to {value['high']:.3f}"
        rows.append(((before + name).replace("_", " "), f"{value['value']:.3f}", interval, value["n"]))
    return rows


def _said(value: Any) -> str:
    return " / ".join(value) if isinstance(value, list) else str(value)
