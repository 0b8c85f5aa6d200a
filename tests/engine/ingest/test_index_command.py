"""`sightline index`: the lines other programs read."""

from __future__ import annotations

import json

import pytest

from engine.commands.main import main
from engine.engine import Engine
from tests.engine.ingest.conftest import photo
from tests.support.builders import open_empty


@pytest.fixture
def library(tmp_path, tiny_model):
    with open_empty(tmp_path / "library") as engine:
        engine.models.use(engine.models.add(tiny_model, "tiny").key)
    return tmp_path / "library"


def _index(capsys, library, *paths):
    code = main(["index", *map(str, paths), "--json", "--library", str(library)])
    out = capsys.readouterr().out
    return code, [json.loads(line) for line in out.splitlines()]


def test_one_line_per_file_then_the_summary(capsys, library, archive):
    photo(archive / "a.png", 1)
    (archive / "b.txt").write_text("Some words.", "utf-8")
    (archive / "c.jpg").write_bytes(b"")
    code, lines = _index(capsys, library, archive)
    assert code == 0
    assert {line["path"]: (line["modality"], line["status"], line["reason"]) for line in lines[:-1]} == {
        str(archive / "a.png"): ("image", "added", None),
        str(archive / "b.txt"): ("text", "added", None),
        str(archive / "c.jpg"): (None, "failed", "Empty file"),
    }
    summary = lines[-1]["summary"]
    assert (summary["added"], summary["failed"], summary["items"]) == (2, 1, 2)
    assert summary["items_per_s"] > 0
    (archive / "a.png").rename(archive / "d.png")
    (archive / "b.txt").unlink()
    _, lines = _index(capsys, library, archive)
    assert {line["path"]: line["status"] for line in lines[:-1]} == {
        str(archive / "d.png"): "moved",
        str(archive / "b.txt"): "removed",
        str(archive / "c.jpg"): "failed",
    }


def test_a_path_that_is_not_there_is_a_sentence_and_exit_1(capsys, library, tmp_path):
    code = main(["index", str(tmp_path / "nowhere"), "--json", "--library", str(library)])
    captured = capsys.readouterr()
    assert code == 1
    assert captured.out == ""
    assert "was not found" in captured.err


def test_one_file_inside_a_collection_is_looked_at_alone(capsys, library, archive):
    photo(archive / "a.png", 1)
    _index(capsys, library, archive)
    photo(archive / "b.png", 2)
    photo(archive / "c.png", 3)
    _, lines = _index(capsys, library, archive / "c.png")
    assert [line.get("path") for line in lines[:-1]] == [str(archive / "c.png")]
    with Engine.open(library) as engine:
        assert engine.items.counts().items == 2
        assert len(engine.collections.all()) == 1
