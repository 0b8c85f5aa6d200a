"""One registry for the five extension points: it walks a folder of modules and keeps what they declare.

A technique is one file; importing it runs its decorator. A file that raises while importing is switched off and
named in `faults`, and everything else goes on.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from engine.parameters import Describe, Parameter, parameters_of

__all__ = ["Describe", "Entry", "Parameter", "Registry", "parameters_of"]

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Entry(Generic[Kind]):
    """A registered technique. `title` is its docstring's first sentence."""

    name: str
    made: Kind
    paper: str
    title: str
    parameters: tuple[Parameter, ...]
    extra: dict[str, Any]


class Registry(Generic[Kind]):
    """Techniques of one extension point, found by walking `package`."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.faults: dict[str, str] = {}
        self._entries: dict[str, Entry[Kind]] = {}
        self._walked = False

    def register(self, name: str, *, paper: str = "", **extra: Any) -> Callable[[Kind], Kind]:
        """Decorator: declare a technique under `name`; a name is given once."""

        def keep(made: Kind) -> Kind:
            if name in self._entries:
                raise ValueError(f"{self.package}: {name} is declared twice")
            first_line = (inspect.getdoc(made) or "").split("\n", 1)[0]
            self._entries[name] = Entry(name, made, paper, first_line, parameters_of(made), extra)
            return made

        return keep

    def walk(self) -> None:
        """Import every module of the package once."""
        if self._walked:
            return
        self._walked = True
        package = importlib.import_module(self.package)
        for module in pkgutil.iter_modules(package.__path__):
            if module.name.startswith("_"):
                continue
            try:
                importlib.import_module(f"{self.package}.{module.name}")
            except Exception as fault:  # a plug-in may raise anything; it costs itself, not the application
                self.faults[module.name] = f"{type(fault).__name__}: {fault}"

    def __getitem__(self, name: str) -> Entry[Kind]:
        self.walk()
        return self._entries[name]

    def __contains__(self, name: str) -> bool:
        self.walk()
        return name in self._entries

    def __iter__(self) -> Iterator[Entry[Kind]]:
        self.walk()
        return iter(sorted(self._entries.values(), key=lambda entry: entry.name))
