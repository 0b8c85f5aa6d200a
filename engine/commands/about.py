"""`sightline about`: version, where the library and its logs lie, and every technique that was found. Opens no library."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from importlib import import_module
from pathlib import Path

import engine as product
from engine.commands.console import emit, table
from engine.registry import Registry

HELP = "the version, where the library and its logs are, and the techniques that are built in"
EXTENSION_POINTS = {
    "modality": "engine.modalities",
    "objective": "engine.objectives",
    "recipe": "engine.recipes",
    "retrieval": "engine.retrieval",
    "diagnostic": "engine.diagnostics",
}


def add_arguments(parser: ArgumentParser) -> None:
    """None beside the shared ones."""


def run(arguments: Namespace) -> int:
    from engine.engine import default_folder

    folder = Path(arguments.library) if arguments.library else default_folder()
    found, faults = techniques()
    logs = [str(folder / name) for name in ("sightline.log", "crash.log")]
    facts = {
        "version": product.__version__,
        "packaged": bool(getattr(sys, "frozen", False)),
        "library": str(folder),
        "logs": logs,
        "techniques": found,
        "faults": faults,
    }
    if arguments.json:
        emit(facts)
        return 0
    rows = [("version", product.__version__), ("library", str(folder)), ("logs", "  ".join(logs))]
    rows += [(point, ", ".join(names) or "none yet") for point, names in found.items()]
    rows += [("switched off", f"{name}: {fault}") for name, fault in faults.items()]
    table(("", ""), rows)
    return 0


def techniques() -> tuple[dict[str, list[str]], dict[str, str]]:
    """Names by extension point, and what was switched off because its file raised while being imported."""
    found: dict[str, list[str]] = {}
    faults: dict[str, str] = {}
    for point, package in EXTENSION_POINTS.items():
        found[point] = []
        for registry in list(vars(import_module(package)).values()):  # importing a file adds to it
            if isinstance(registry, Registry):
                found[point] = [entry.name for entry in registry]
                faults |= registry.faults
    return found, faults
