"""`sightline train RECIPE --model ID [--pairs FILE] [--set name=value ...]`: one line per report, then the new model."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.console import emit, library, run_job, say, table
from engine.errors import UserFixable
from engine.events import Event, TrainingReport
from engine.workflows.train_model import Trained, TrainModel

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.values import RunCard

HELP = "fine-tune or clean a model on your own pairs; without a recipe, list recipes and runs"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("recipe", nargs="?", metavar="RECIPE", help="how to train; without one, the list")
    parser.add_argument("--model", metavar="ID", help="the model to start from (default: the one in use)")
    parser.add_argument(
        "--pairs", metavar="FILE", type=Path, help="a caption table: image, caption[, language][, label]"
    )
    parser.add_argument(
        "--filter", default="", metavar="WORDS", help='without --pairs: only these items, e.g. "tag:heron"'
    )
    parser.add_argument("--classes", default="", metavar="TAGS", help="tags that are class labels, with commas between")
    parser.add_argument("--languages", default="", metavar="CODES", help="only captions in these, with commas between")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the recipe")
    parser.add_argument("--name", metavar="ID", help="what the new model is called")
    parser.add_argument("--anyway", action="store_true", help="train on fewer pairs than make sense")
    parser.add_argument("--estimate", action="store_true", help="only say how long it would take, and how much memory")
    parser.add_argument("--resume", metavar="RUN", type=int, help="go on with a run that was stopped or interrupted")
    parser.add_argument(
        "--keep", metavar="RUN", type=int, help="make a model of the best step of a run that was stopped"
    )


def run(arguments: Namespace) -> int:
    """With `--json` {"step", "loss", ...} lines, then {"model", "before", "after"}."""
    if arguments.recipe is None and arguments.resume is None and arguments.keep is None:
        with library(arguments, read_only=True) as engine:
            return _list(engine, as_json=arguments.json)
    with library(arguments) as engine:
        if arguments.keep is not None:
            return _keep(engine, arguments)
        if arguments.estimate:
            return _estimate(engine, arguments)
        number = arguments.resume if arguments.resume is not None else _created(engine, arguments)
        return _train(engine, number, as_json=arguments.json)


def _train(engine: Engine, number: int, *, as_json: bool) -> int:
    card = engine.training.run(number)
    if card.state in ("done", "stopped"):
        raise UserFixable(f"Run {number} is over.", "", "Start a new run, or keep its best step with --keep.")

    def follow(event: Event) -> None:
        if not isinstance(event, TrainingReport):
            return
        if event.note:
            say(event.note)
        if as_json and event.losses:
            emit(_line(event))

    unsubscribe = engine.jobs.subscribe(follow)
    try:
        result = run_job(engine, TrainModel(number), quiet=as_json).result
    finally:
        unsubscribe()
    assert isinstance(result, Trained)
    if as_json:
        emit({"model": result.model, "before": result.before, "after": result.after, "run": number})
    say(result.sentence)
    if not as_json:
        rows = [
            (name.replace("_", " "), _figure(value), _figure(result.after[name]))
            for name, value in result.before.items()
            if name in result.after
        ]
        table(("Figure", "Before", "After"), rows, right=(1, 2))
    return 0 if result.model is not None else 1


def _line(event: TrainingReport) -> dict[str, Any]:
    """One report as the command line tells it: `loss` is the weighted sum of the terms, which follow by name."""
    told = {"step": event.step, "steps": event.steps, "loss": event.loss, "rate": event.rate}
    return {**told, "terms": event.losses, **event.seen}


def _created(engine: Engine, arguments: Namespace) -> int:
    card = engine.training.create(
        arguments.recipe.replace("-", "_"),
        _wanted(engine, arguments),
        model=arguments.model,
        settings=_settings(engine, arguments),
        name=arguments.name,
        anyway=arguments.anyway,
    )
    return card.number


def _estimate(engine: Engine, arguments: Namespace) -> int:
    from engine.values import TrainingEstimate
    from engine.workflows.estimate_training import EstimateTraining

    key = arguments.model or engine.models.key_in_use()
    settings = tuple(_settings(engine, arguments).items())
    job = EstimateTraining(arguments.recipe.replace("-", "_"), key, _wanted(engine, arguments), settings)
    found = run_job(engine, job, quiet=arguments.json).result
    assert isinstance(found, TrainingEstimate)
    if arguments.json:
        emit({"seconds": found.seconds, "steps": found.steps, "memory_bytes": found.memory_bytes, "pairs": found.pairs})
    say(found.sentence)
    for warning in found.warnings:
        say(warning)
    return 0


def _keep(engine: Engine, arguments: Namespace) -> int:
    from engine.workflows.keep_run import KeepRun

    finished = run_job(engine, KeepRun(arguments.keep), quiet=arguments.json)
    if arguments.json:
        emit({"model": engine.training.run(arguments.keep).result, "run": arguments.keep})
    say(finished.summary)
    return 0


def _wanted(engine: Engine, arguments: Namespace) -> Any:
    from engine.values import Filter, LearnFrom

    if arguments.pairs is not None and arguments.filter:
        raise UserFixable(
            "--pairs and --filter name two different choices.", "Nothing was trained.", "Use one of them."
        )
    wanted = engine.search.parse(arguments.filter) if arguments.filter.strip() else None
    if wanted is not None and wanted.terms:
        raise UserFixable(
            f"“{arguments.filter}” holds words to search by meaning, and --filter takes conditions only.",
            "Nothing was trained.",
            "Use conditions such as tag:night, date>=2020, stars>=3 or in:folder.",
        )
    return LearnFrom(
        str(arguments.pairs.expanduser().absolute()) if arguments.pairs is not None else None,
        wanted.filter if wanted is not None else Filter(),
        tuple(name.strip() for name in arguments.classes.split(",") if name.strip()),
        tuple(code.strip() for code in arguments.languages.split(",") if code.strip()),
    )


def _settings(engine: Engine, arguments: Namespace) -> dict[str, Any]:
    """`--set` read by the recipe's and the guard rails' parameters. Raises UserFixable for one they do not have."""
    from engine.parameters import parameters_of
    from engine.training.limits import Limits

    recipe = arguments.recipe.replace("-", "_")
    found = [card for card in engine.training.recipes() if card.name == recipe]
    known = {one.name: one for one in (*(found[0].parameters if found else ()), *parameters_of(Limits))}
    settings = {}
    for words in arguments.set:
        name, equals, value = words.partition("=")
        name = name.strip().replace("-", "_")
        if not equals:
            raise UserFixable(f"“{words}” is not a setting.", "Nothing was trained.", "Write it as name=value.")
        if found and name not in known:
            raise UserFixable(
                f"“{recipe}” has no setting called “{name}”.", "Nothing was trained.", f"It has {', '.join(known)}."
            )
        settings[name] = known[name].read(value) if name in known else value
    return settings


def _list(engine: Engine, *, as_json: bool) -> int:
    recipes, runs = engine.training.recipes(), engine.training.runs()
    if as_json:
        for card in recipes:
            emit(
                {
                    "recipe": card.name,
                    "title": card.title,
                    "learns": card.learns,
                    "settings": {one.name: one.default for one in card.parameters},
                }
            )
        for one in runs:
            emit(
                {"run": one.number, "recipe": one.recipe, "state": one.state, "model": one.model, "result": one.result}
            )
        return 0
    table(("Recipe", "What it does", "Learns from"), [(card.name, card.title, card.learns) for card in recipes])
    if runs:
        table(("Run", "Recipe", "From", "State", "Step", "Made"), [_row(one) for one in runs], right=(0, 4))
    return 0


def _row(one: RunCard) -> tuple[Any, ...]:
    return one.number, one.recipe, one.model, one.state, f"{one.step:,} of {one.steps:,}", one.result or ""


def _figure(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"
    return f"{value:.3f}"
