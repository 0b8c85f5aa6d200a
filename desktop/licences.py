"""Under which licences the parts of Sightline come: as collected when it was packaged, or from the packages installed beside the source."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

COLLECTED = Path(__file__).resolve().parents[1] / "resources" / "licences"
INDEX = "index.json"
NAMED_LIKE = re.compile(r"(^|/)(licen[cs]es?|copying|notice|authors)([._-][^/]*)?$|(^|/)licen[cs]es/", re.IGNORECASE)
LONGEST_NAME = 60  # characters; some packages put the whole text where its name belongs


@dataclass(frozen=True)
class Component:
    """One part that somebody else wrote. `texts` are the files with its licence in full."""

    name: str
    version: str
    licence: str
    texts: tuple[Path, ...]

    def text(self) -> str:
        """Every file of it, one after the other."""
        return "\n\n".join(path.read_text(encoding="utf-8", errors="replace").strip() for path in self.texts)


def components(collected: Path = COLLECTED) -> list[Component]:
    """All parts, by name."""
    if (collected / INDEX).is_file():
        told = json.loads((collected / INDEX).read_text(encoding="utf-8"))
        return [
            Component(one["name"], one["version"], one["licence"], tuple(collected / name for name in one["texts"]))
            for one in told
        ]
    return installed("sightline")


def installed(root: str) -> list[Component]:
    """What the installed package `root` needs, and what that needs in turn, without itself."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [root]
    while waiting:
        name = _plain(waiting.pop())
        if name in found:
            continue
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # meant for another system, or not asked for
        waiting += [_needed(line) for line in found[name].requires or [] if "extra ==" not in line]
    found.pop(_plain(root), None)
    return sorted((of_distribution(one) for one in found.values()), key=lambda one: one.name.lower())


def of_distribution(one: metadata.Distribution) -> Component:
    """Name, licence and licence files of an installed package."""
    texts = tuple(
        path
        for file in one.files or []
        if NAMED_LIKE.search(file.as_posix()) and (path := Path(str(one.locate_file(file)))).is_file()
        if path.suffix not in (".py", ".pyc")
    )
    return Component(one.metadata["Name"], one.version, _licence_name(one), texts)


def _licence_name(one: metadata.Distribution) -> str:
    told = _field(one, "License-Expression") or _field(one, "License")
    classes = [
        line.rsplit(" :: ", 1)[-1]
        for line in one.metadata.get_all("Classifier") or []
        if line.startswith("License ::") and line.count(" :: ") > 1
    ]
    short = told.strip().split("\n", 1)[0].strip()
    if short and len(short) <= LONGEST_NAME:
        return short
    return ", ".join(classes) or short[:LONGEST_NAME] or "see its text"


def _field(one: metadata.Distribution, name: str) -> str:
    return (one.metadata.get_all(name) or [""])[0]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _needed(line: str) -> str:
    match = re.match(r"[A-Za-z0-9._-]+", line)
    return match.group() if match else line
