"""Reads the command line, runs one verb, and turns every end into a sentence and an exit code."""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Protocol

import engine
from engine.commands.console import say
from engine.errors import UserFixable, disk_full

NOT_VERBS = {"main", "console"}


def verbs() -> dict[str, ModuleType]:
    """Every verb and its module, by name."""
    package = importlib.import_module("engine.commands")
    found = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.name not in NOT_VERBS and not module.name.startswith("_"):
            found[module.name.replace("_", "-")] = importlib.import_module(f"engine.commands.{module.name}")
    return found


def parser() -> argparse.ArgumentParser:
    """The whole command line. `--library` and `--json` may stand before or after the verb."""
    shared = argparse.ArgumentParser(add_help=False)
    root = argparse.ArgumentParser(prog="sightline", description="Without a verb, the window opens.")
    root.add_argument("--version", action="version", version=f"Sightline {engine.__version__}")
    # SUPPRESS keeps a verb's absent option from overwriting the one given before the verb
    for target, folder, lines in ((shared, argparse.SUPPRESS, argparse.SUPPRESS), (root, None, False)):
        target.add_argument("--library", metavar="DIR", default=folder, help="the library to use (default: your own)")
        target.add_argument("--json", action="store_true", default=lines, help="one JSON object per line on stdout")
    below = root.add_subparsers(dest="verb", metavar="VERB", title="verbs")
    for name, module in verbs().items():
        one = below.add_parser(name, help=module.HELP, description=module.HELP, parents=[shared])
        module.add_arguments(one)
        one.set_defaults(run=module.run)
    return root


class Window(Protocol):
    """What the desktop lends to the verbs that show something; the engine knows no more of it."""

    def show(self, folder: Path, *, sample: bool) -> int: ...

    def photograph(self, folder: Path, out: Path) -> list[Path]: ...


def main(words: Sequence[str] | None = None, window: Window | None = None) -> int:
    """Run one verb. 0 done, 1 stopped with a reason, 2 wrong usage (argparse says which)."""
    logging.basicConfig(level=os.environ.get("SIGHTLINE_LOG", "WARNING"), stream=sys.stderr, format="%(message)s")
    arguments = parser().parse_args(words)
    if getattr(arguments, "run", None) is None:
        say("Name a verb; `sightline --help` lists them.")
        return 2
    arguments.window = window
    try:
        return int(arguments.run(arguments) or 0)
    except UserFixable as fault:
        say(str(fault))
        return 1
    except KeyboardInterrupt:
        say("Cancelled.")
        return 1
    except BrokenPipeError:  # `sightline search ... | head` is not a fault
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - the interpreter flushes it on exit
        return 0
    except Exception as fault:
        full = disk_full(fault)
        if full is None:
            raise
        say(str(full))
        return 1
