"""A technique is one file: the registry finds it, reads its parameters, and survives one that raises."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import pytest

from engine.registry import Describe, Registry, parameters_of


@pytest.fixture
def plugins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    package = tmp_path / "sample_plugins"
    package.mkdir()
    (package / "__init__.py").write_text(
        "from engine.registry import Registry\nregistry = Registry('sample_plugins')\n"
    )
    (package / "fine.py").write_text(
        "from sample_plugins import registry\n"
        "@registry.register('fine', paper='arXiv:1')\n"
        "def fine(x, *, strength: float = 0.5):\n    'Does one thing.\\n\\nIn detail.'\n    return x * strength\n"
    )
    (package / "broken.py").write_text("raise RuntimeError('no such library')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield __import__("sample_plugins").registry
    for name in [name for name in sys.modules if name.startswith("sample_plugins")]:
        del sys.modules[name]


def test_a_plugin_is_found_by_its_file_and_described_by_its_declaration(plugins: Registry) -> None:
    entry = plugins["fine"]
    assert (entry.title, entry.paper, entry.made(4)) == ("Does one thing.", "arXiv:1", 2.0)
    assert [(p.name, p.default, p.label) for p in entry.parameters] == [("strength", 0.5, "Strength")]


def test_a_plugin_that_raises_is_switched_off_and_named(plugins: Registry) -> None:
    assert [entry.name for entry in plugins] == ["fine"]
    assert plugins.faults == {"broken": "RuntimeError: no such library"}


def test_a_name_is_given_once(plugins: Registry) -> None:
    plugins.walk()
    with pytest.raises(ValueError, match="declared twice"):
        plugins.register("fine")(lambda: None)


def test_label_range_and_help_stand_beside_the_parameter() -> None:
    def loss(
        x: int, *, temperature: Annotated[float, Describe("Temperature", "Lower is sharper.", 0.001, 1)] = 0.07
    ) -> None: ...

    (parameter,) = parameters_of(loss)
    assert (parameter.type, parameter.label, parameter.minimum, parameter.maximum, parameter.help) == (
        float,
        "Temperature",
        0.001,
        1,
        "Lower is sharper.",
    )
