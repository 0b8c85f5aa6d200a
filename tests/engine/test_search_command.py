"""`sightline search` from a terminal or another program."""

import json

import pytest

from engine.commands.main import main
from tests.support.builders import library_with
from tests.support.tiny_model import make_tiny_model


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("command")
    with library_with(folder, 200, model=make_tiny_model(folder / "tiny")) as engine:
        return str(engine.folder)


def test_one_json_object_per_hit_with_exactly_the_promised_keys(library, capsys):
    assert main(["--library", library, "--json", "search", "violin", "-k", "7"]) == 0
    hits = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [hit["rank"] for hit in hits] == [1, 2, 3, 4, 5, 6, 7]
    assert {tuple(hit) for hit in hits} == {("rank", "path", "modality", "score", "band")}
    assert {hit["band"] for hit in hits} <= {"likely", "unsure", "unlikely"}


def test_modality_and_filter_narrow_the_hits(library, capsys):
    assert main(["--library", library, "--json", "search", "qqq", "--modality", "audio", "--filter", "in:2017"]) == 0
    hits = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert hits
    assert {hit["modality"] for hit in hits} == {"audio"}
    assert all("/2017/" in hit["path"] for hit in hits)


def test_an_example_file_and_a_minus_are_a_query_too(library, capsys, tmp_path):
    from PIL import Image

    Image.new("RGB", (64, 64), (10, 90, 200)).save(tmp_path / "blue.png")
    asked = ["search", "--like", str(tmp_path / "blue.png"), "--minus", "snow", "-k", "3"]
    assert main(["--library", library, "--json", *asked]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3


def test_an_example_that_cannot_be_read_ends_with_its_reason(library, capsys, tmp_path):
    assert main(["--library", library, "--json", "search", "--like", str(tmp_path / "gone.jpg")]) == 1
    out, err = capsys.readouterr()
    assert not out
    assert "“gone.jpg” could not be read" in err


def test_nothing_asked_is_wrong_usage(library, capsys):
    assert main(["--library", library, "search"]) == 2
    assert "Say what to look for" in capsys.readouterr().err


def test_people_get_a_table_and_how_long_it_took(library, capsys):
    assert main(["--library", library, "search", "violin"]) == 0
    out, err = capsys.readouterr()
    assert "violin" in out
    assert "of 200 items in" in err
