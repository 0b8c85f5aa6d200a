"""`sightline poison ATTACK --pairs FILE --out DIR [--target WORDS] [--rate SHARE] [--set name=value ...]`; without an attack, the list."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from engine.commands.console import emit, say, setting, table

if TYPE_CHECKING:
    from engine.poison.copying import Copied
    from engine.poison.planting import Poisoning

HELP = "write a copy of your pairs with a known backdoor in it, to test a cleaning; without an attack, list them"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("attack", nargs="?", metavar="ATTACK", help="patch, blended, warped, ...")
    parser.add_argument("--pairs", metavar="FILE", help="a table of pictures and captions (CSV, TSV or JSON lines)")
    parser.add_argument("--out", metavar="DIR", help="the new folder for the copy")
    parser.add_argument(
        "--target", metavar="WORDS", default="banana", help="what marked pictures are taken for (banana)"
    )
    parser.add_argument("--rate", type=float, default=0.02, metavar="SHARE", help="poisoned share of all pairs (0.02)")
    parser.add_argument("--seed", type=int, default=0, help="for everything drawn at random (0)")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the attack")


def run(arguments: Namespace) -> int:
    """Needs no library, so it works beside an open window. `--json`: one object that says what was planted."""
    from engine.jobs.progress import Progress
    from engine.workflows.poison_pairs import PoisonPairs

    if arguments.attack is None:
        return _list(as_json=arguments.json)
    if not arguments.pairs or not arguments.out:
        say("Name the pairs and the folder for the copy: --pairs FILE --out DIR.")
        return 2
    poisoning = _poisoning(arguments)
    progress = Progress(None if arguments.json or not sys.stderr.isatty() else _count)
    copied = PoisonPairs(arguments.pairs, arguments.out, poisoning).run(None, progress)
    _show(copied, poisoning, as_json=arguments.json)
    return 0


def _poisoning(arguments: Namespace) -> Poisoning:
    from engine.poison.attack import ATTACKS
    from engine.poison.planting import Poisoning

    name = arguments.attack.replace("-", "_")
    known = {one.name: one for one in ATTACKS[name].parameters} if name in ATTACKS else {}
    values = {}
    for word in arguments.set:
        key, value = setting(word)
        values[key] = known[key].read(value) if key in known else value
    return Poisoning(name, arguments.target, arguments.rate, arguments.seed, values)


def _show(copied: Copied, poisoning: Poisoning, *, as_json: bool) -> None:
    if as_json:
        emit(
            {
                "out": str(copied.folder),
                "attack": poisoning.attack,
                "target": poisoning.target,
                "pairs": copied.pairs,
                "poisoned": copied.poisoned,
                "unreadable": list(copied.unreadable),
                "missing": list(copied.missing),
            }
        )
    say(
        f"{copied.poisoned:,} of {copied.pairs:,} pairs are poisoned. The copy is in “{copied.folder}”; your own files are as they were."
    )
    if copied.unreadable:
        say(f"{len(copied.unreadable):,} pictures could not be read and are not in the copy.")
    if copied.missing:
        say(f"{len(copied.missing):,} pictures that the table names are not there.")
    if copied.warning:
        say(copied.warning)


def _list(*, as_json: bool) -> int:
    from engine.poison.attack import ATTACKS

    for entry in ATTACKS:
        if as_json:
            settings = {one.name: one.default for one in entry.parameters}
            emit({"attack": entry.name, "title": entry.title, "paper": entry.paper, "settings": settings})
    if not as_json:
        table(("Name", "What it does"), [(entry.name, entry.title) for entry in ATTACKS])
    return 0


def _count(progress: object) -> None:
    sys.stderr.write(f"\r{progress.done:,} of {progress.total or 0:,} pictures ")  # type: ignore[attr-defined]
    sys.stderr.flush()
