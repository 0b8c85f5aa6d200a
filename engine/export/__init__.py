"""Ways to take items out of a library: one file per format, found by walking this folder.

Each file has TITLE, HELP, SUFFIX ("" where a folder is written) and `write(engine, ids, target, progress) -> int`, which returns
how many items were written. Nothing here changes the library or an original. May import the facade's areas, no tables.
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """One way to export. `suffix` is "" where a folder is written."""

    key: str
    title: str
    help: str
    suffix: str


def formats() -> tuple[Format, ...]:
    """All formats, in the order people read them."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        if module.name.startswith("_") or module.name in ("rows", "target"):
            continue
        one = importlib.import_module(f"{__name__}.{module.name}")
        found.append(Format(module.name, one.TITLE, one.HELP, one.SUFFIX))
    return tuple(sorted(found, key=lambda entry: entry.title))
