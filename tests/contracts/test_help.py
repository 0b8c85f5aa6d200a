"""Every technique has a help page that names its paper and every one of its settings, and no page is left without one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.objectives import objectives
from engine.recipes import recipes
from engine.registry import Entry

HELP = Path(__file__).resolve().parents[2] / "resources" / "help"
REGISTRIES = {"objectives": objectives, "recipes": recipes}
ENTRIES = [
    pytest.param(folder, entry, id=f"{folder}/{entry.name}") for folder, every in REGISTRIES.items() for entry in every
]


@pytest.mark.parametrize(("folder", "entry"), ENTRIES)
def test_every_technique_has_a_help_page(folder: str, entry: Entry[object]):
    text = page(folder, entry)
    assert text.startswith("# ")
    assert "**When.**" in text
    assert entry.paper in text
    assert len(text) < 2500, "a page of help is to be read in a minute"


@pytest.mark.parametrize(("folder", "entry"), ENTRIES)
def test_the_page_explains_every_setting_with_its_default_and_no_other(folder: str, entry: Entry[object]):
    told = dict(re.findall(r"^- \*\*(.+?)\*\* \((.+?)\):", page(folder, entry), re.MULTILINE))
    assert told == {one.label: default(one.default) for one in entry.parameters}


@pytest.mark.parametrize("folder", REGISTRIES)
def test_no_page_is_about_a_technique_that_is_gone(folder: str):
    assert {path.stem for path in (HELP / folder).glob("*.md")} == {entry.name for entry in REGISTRIES[folder]}


def page(folder: str, entry: Entry[object]) -> str:
    return (HELP / folder / f"{entry.name}.md").read_text(encoding="utf-8")


def default(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else str(value) or "none"
