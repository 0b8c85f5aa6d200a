"""`sightline models list|show|add|use|remove`."""

from __future__ import annotations

import sys
from argparse import SUPPRESS, ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.console import emit, library, run_job, say, table

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.values import ModelCard

HELP = "list, show, add, use or remove models"


def add_arguments(parser: ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="list|show|add|use|remove")
    listing = acts.add_parser("list", help="installed models")
    listing.add_argument("--available", action="store_true", help="what open_clip could download; opens no connection")
    showing = acts.add_parser("show", help="everything about one model")
    showing.add_argument("key", metavar="ID")
    adding = acts.add_parser("add", help="a model folder, a checkpoint file, or a pretrained open_clip model")
    adding.add_argument("source", metavar="PATH|NAME", help="what lies on this computer, or open_clip's name for it")
    adding.add_argument("--tag", help="which pretrained weights of NAME")
    adding.add_argument("--name", help="what to call it here")
    adding.add_argument("--architecture", help="open_clip's name for the architecture of a checkpoint file")
    adding.add_argument("--yes", action="store_true", help="download without asking again")
    using = acts.add_parser("use", help="index and search with this model from now on")
    using.add_argument("key", metavar="ID")
    removing = acts.add_parser("remove", help="delete a model; vectors made with it stay")
    removing.add_argument("key", metavar="ID")
    for one in (listing, showing, adding, using, removing):
        # as `main` does it: an option that is absent here does not overwrite one given before the verb
        one.add_argument("--json", action="store_true", default=SUPPRESS, help="one JSON object per line on stdout")
        one.add_argument("--library", metavar="DIR", default=SUPPRESS, help="the library to use (default: your own)")


def run(arguments: Namespace) -> int:
    """Exit code 1 with a sentence when the model does not fit or is not there."""
    if arguments.act == "list" and arguments.available:
        return _available(arguments)
    with library(arguments, read_only=arguments.act in ("list", "show")) as engine:
        return int(ACTS[arguments.act](engine, arguments))


def _available(arguments: Namespace) -> int:
    from engine.models.download import available

    known = available()
    if arguments.json:
        for one in known:
            emit({"name": one.name, "tag": one.tag, "repository": one.repository})
    else:
        table(("Name", "Tag", "From"), [(one.name, one.tag, one.repository) for one in known])
    return 0


def _list(engine: Engine, arguments: Namespace) -> int:
    cards = engine.models.cards()
    if arguments.json:
        for card in cards:
            emit(_told(card))
        return 0
    rows = [
        ("*" if card.in_use else "", card.key, " ".join(card.kinds), card.dimension, _size(card.bytes), card.licence)
        for card in cards
    ]
    table(("", "Model", "Kinds", "Dimensions", "Size", "Licence"), rows, right=(3, 4))
    return 0


def _show(engine: Engine, arguments: Namespace) -> int:
    card = engine.models.card(arguments.key)
    if arguments.json:
        emit(_told(card) | {"about": card.about, "parent": card.parent, "spaces": card.spaces})
        return 0
    for name, value in _told(card).items():
        said = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else value
        sys.stdout.write(f"{name.replace('_', ' '):18} {said}\n")
    sys.stdout.write(f"\n{card.about}\n" if card.about else "")
    return 0


def _add(engine: Engine, arguments: Namespace) -> int:
    if Path(arguments.source).expanduser().exists():
        name = arguments.name or Path(arguments.source).stem
        card = engine.models.add(arguments.source, name, architecture=arguments.architecture)
        return _added(card, arguments)
    return _download(engine, arguments)


def _download(engine: Engine, arguments: Namespace) -> int:
    from engine.models import download
    from engine.workflows.download_model import DownloadModel

    chosen = download.choose(arguments.source, arguments.tag)
    say(download.ask(chosen).sentence)
    if not arguments.yes:
        if not sys.stdin.isatty():
            say("Nothing was downloaded. Add --yes to download it.")
            return 2
        sys.stderr.write("Download it? [y/N] ")
        sys.stderr.flush()
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            say("Nothing was downloaded.")
            return 1
    run_job(engine, DownloadModel(chosen.name, chosen.tag), quiet=arguments.json)
    return _added(engine.models.card(chosen.key), arguments)


def _use(engine: Engine, arguments: Namespace) -> int:
    card = engine.models.use(arguments.key)
    if arguments.json:
        emit(_told(card))
    say(f"“{card.name}” is in use. Index again to find your items with it.")
    return 0


def _remove(engine: Engine, arguments: Namespace) -> int:
    card = engine.models.card(arguments.key)
    engine.models.remove(arguments.key)
    if arguments.json:
        emit({"removed": card.key})
    say(f"“{card.name}” was removed. Vectors made with it stay.")
    return 0


def _added(card: ModelCard, arguments: Namespace) -> int:
    if arguments.json:
        emit(_told(card))
    say(f"“{card.name}” is installed as {card.key}. Use it with: sightline models use {card.key}")
    return 0


def _told(card: ModelCard) -> dict[str, Any]:
    return {
        "id": card.key,
        "name": card.name,
        "kinds": list(card.kinds),
        "dimension": card.dimension,
        "bytes": card.bytes,
        "licence": card.licence,
        "languages": list(card.languages),
        "in_use": card.in_use,
        "built_in": card.built_in,
        "items_per_second": card.items_per_second,
        "checkpoint_hash": card.checkpoint_hash,
    }


def _size(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


ACTS = {"list": _list, "show": _show, "add": _add, "use": _use, "remove": _remove}
