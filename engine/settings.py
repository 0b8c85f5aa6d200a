"""Settings, declared once: name, type, default, label, help. The settings page and the command line are made from this list.

A setting belongs to the user (one file for all libraries) or to the library (a file inside it).
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from engine.errors import UserFixable
from engine.files.junk import DEFAULT_JUNK

Scope = Literal["user", "library"]
Group = Literal["Look", "Files and formats", "Models", "Search", "Map", "Privacy", "Keys"]
VERSION = 1


@dataclass(frozen=True)
class Setting:
    """One declared setting. `choices` are (value, words) pairs; `minimum` and `maximum` bound numbers."""

    name: str
    group: Group
    label: str
    default: Any
    help: str
    scope: Scope = "user"
    choices: tuple[tuple[Any, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    restart: bool = False  # takes effect from the next start
    shown: bool = True  # on the settings page; False for what the window remembers by itself

    def checked(self, value: Any) -> Any:
        """`value` as this setting keeps it. Raises `UserFixable` when it does not fit."""
        if isinstance(self.default, tuple) and isinstance(value, (list, tuple)):
            return tuple(value)
        if isinstance(self.default, float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        fits = self.default is None or (type(value) is type(self.default))
        if fits and self.choices:
            fits = value in [choice for choice, _ in self.choices]
        if fits and isinstance(value, (int, float)) and not isinstance(value, bool):
            fits = (self.minimum is None or value >= self.minimum) and (self.maximum is None or value <= self.maximum)
        if not fits:
            raise UserFixable(f"“{self.label}” cannot be {value!r}.", "It stays as it was.", self._allowed())
        return value

    def _allowed(self) -> str:
        if self.choices:
            return "Choose one of " + ", ".join(words for _, words in self.choices) + "."
        if self.minimum is not None or self.maximum is not None:
            return f"Choose a value from {self.minimum:g} to {self.maximum:g}{' ' + self.unit if self.unit else ''}."
        return "Choose a value of the same kind as before."


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "look.theme",
        "Look",
        "Theme",
        "system",
        "Colours of the window. System follows what the computer is set to.",
        choices=(("system", "System"), ("light", "Light"), ("dark", "Dark"), ("contrast", "High contrast")),
    ),
    Setting("look.size", "Look", "Size", 100, "Size of all text and controls.", minimum=90, maximum=150, unit="%"),
    Setting("look.reduce_motion", "Look", "Reduce motion", False, "Shows every change at once, without movement."),
    Setting(
        "files.junk",
        "Files and formats",
        "Skip these names",
        DEFAULT_JUNK,
        "Folders and files with these names are passed by. * stands for any letters.",
        scope="library",
    ),
    Setting(
        "media.seconds",
        "Files and formats",
        "Longest time for one file",
        30.0,
        "A file that takes longer to read is set aside and listed.",
        minimum=1,
        maximum=600,
        unit="s",
    ),
    Setting(
        "media.megapixels",
        "Files and formats",
        "Largest picture",
        300.0,
        "A picture with more is listed as too large to open safely.",
        minimum=1,
        maximum=5000,
        unit="megapixels",
    ),
    Setting(
        "media.memory",
        "Files and formats",
        "Memory for one reader",
        2048,
        "A file that needs more is set aside and listed.",
        minimum=256,
        maximum=65536,
        unit="MB",
    ),
    Setting(
        "media.workers",
        "Files and formats",
        "Readers at work at once",
        0,
        "0 lets Sightline choose.",
        minimum=0,
        maximum=64,
        restart=True,
    ),
    Setting(
        "models.device",
        "Models",
        "Compute on",
        "auto",
        "Where models run. Automatic takes a graphics card when there is one.",
        choices=(("auto", "Automatic"), ("cpu", "Processor"), ("cuda", "Graphics card"), ("mps", "Apple graphics")),
        restart=True,
    ),
    Setting(
        "search.hits",
        "Search",
        "Hits shown at most",
        1000,
        "More are found on scrolling past the end.",
        minimum=10,
        maximum=100_000,
    ),
    Setting("search.exact", "Search", "Always compare every item", False, "Slower above a hundred thousand items."),
    Setting(
        "map.gap_corrected",
        "Map",
        "Correct the gap between kinds",
        True,
        "Pictures, sounds and texts of the same thing move together.",
        scope="library",
    ),
    Setting(
        "map.seed", "Map", "Seed", 7, "The same seed gives the same map.", scope="library", minimum=0, maximum=2**31
    ),
    Setting("keys.bindings", "Keys", "Keys", {}, "Keys that differ from the defaults.", shown=False),
    Setting("window.state", "Look", "Window", {}, "Sizes and places of the panels.", shown=False),
    Setting("window.layouts", "Look", "Layouts", {}, "Arrangements of panels and views, by name.", shown=False),
    Setting("window.libraries", "Look", "Libraries opened before", (), "Newest first.", shown=False),
    Setting("window.welcomed", "Look", "Welcome seen", False, "Whether the first start is over.", shown=False),
    Setting(
        "privacy.last_connection", "Privacy", "Last connection", 0.0, "Seconds since 1970; 0 is never.", shown=False
    ),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


def user_file() -> Path:
    """Where the user's settings lie; `SIGHTLINE_SETTINGS` names another file."""
    named = os.environ.get("SIGHTLINE_SETTINGS")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_config_dir("Sightline", appauthor=False)) / "settings.json"


class Settings:
    """Reads both files once; every change is written at once, whole or not at all."""

    def __init__(self, library_folder: Path | None, *, user: Path | None = None, read_only: bool = False) -> None:
        self._files: dict[Scope, Path | None] = {
            "user": user or user_file(),
            "library": library_folder / "settings.json" if library_folder else None,
        }
        self._read_only = read_only
        self._lock = threading.Lock()
        self._listeners: list[Callable[[str, Any], None]] = []
        self._kept: dict[Scope, dict[str, Any]] = {scope: _read(path) for scope, path in self._files.items()}

    def declared(self) -> tuple[Setting, ...]:
        """All settings, in the order they are shown."""
        return SETTINGS

    def get(self, name: str) -> Any:
        """The value in force. Raises KeyError for a name that is not declared."""
        setting = BY_NAME[name]
        kept = self._kept[setting.scope]
        if name not in kept:
            return setting.default
        try:
            return setting.checked(kept[name])
        except UserFixable:  # an edited or foreign file; the default is safe
            return setting.default

    def is_default(self, name: str) -> bool:
        return bool(self.get(name) == BY_NAME[name].default)

    def set(self, name: str, value: Any) -> None:
        """Raises KeyError for an undeclared name, `UserFixable` for a value that does not fit."""
        setting = BY_NAME[name]
        value = setting.checked(value)
        with self._lock:
            kept = self._kept[setting.scope]
            if value == setting.default:
                kept.pop(name, None)
            else:
                kept[name] = value
            self._write(setting.scope)
        for listener in list(self._listeners):
            listener(name, value)

    def reset(self, name: str) -> None:
        """Back to the default."""
        self.set(name, BY_NAME[name].default)

    def subscribe(self, listener: Callable[[str, Any], None]) -> Callable[[], None]:
        """Call `listener(name, value)` after each change; returns the call that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def _write(self, scope: Scope) -> None:
        path = self._files[scope]
        if path is None or (self._read_only and scope == "library"):
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(path.name + ".new")
        beside.write_text(
            json.dumps({"version": VERSION, "values": self._kept[scope]}, indent=1, sort_keys=True, ensure_ascii=False),
            encoding="utf-8",
        )
        beside.replace(path)


def _read(path: Path | None) -> dict[str, Any]:
    if path is None or not path.exists():
        return {}
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return dict(content["values"])
    except (OSError, ValueError, KeyError, TypeError):  # damaged: the defaults hold until something is set
        return {}
