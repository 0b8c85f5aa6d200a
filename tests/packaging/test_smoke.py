"""The smoke test that packaged applications have to pass is passed by the source, too."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from engine.catalogue.schema import REVISIONS, upgrade
from engine.commands.about import EXTENSION_POINTS, techniques

ROOT = Path(__file__).resolve().parents[2]
STARTER = ROOT / "resources" / "starter" / "open_clip_model.safetensors"


@pytest.mark.timeout(900)  # a dozen fresh processes, two of which compile the map
@pytest.mark.skipif(not STARTER.exists(), reason="the built-in model is not in this checkout")
def test_the_source_does_its_main_job_as_a_packaged_application_must(tmp_path):
    older = tmp_path / "older" / "library.sqlite"
    older.parent.mkdir()
    upgrade(older, REVISIONS[0])
    words = [sys.executable, ROOT / "packaging" / "smoke_test.py", "--old", older.parent]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["packaged"] is False
    assert told["techniques"] == techniques()[0]


def test_every_technique_that_a_file_declares_is_found():
    """The same comparison the smoke test makes for a bundle, whose registry walks an archive and not a folder."""
    found, faults = techniques()
    assert not faults
    for point, package in EXTENSION_POINTS.items():
        declared = {name for file in (ROOT / package.replace(".", "/")).glob("*.py") for name in _declared(file, point)}
        assert declared <= set(found[point]), point
    assert len(found["objective"]) >= 3


def _declared(file, point):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            continue
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == point and decorator.args:
                yield decorator.args[0].value
