"""`sightline poison`: a poisoned copy of the analyst's pairs, and her own pictures as they were."""

import csv
import json

import numpy as np
import pytest
from PIL import Image

from engine.commands.main import main
from engine.poison.manifest import Manifest

COLOURS = {"red": (200, 30, 30), "blue": (30, 30, 200)}


@pytest.fixture
def pairs(tmp_path):
    """60 pictures in two formats with two captions each, one file that is broken and one that is missing."""
    folder = tmp_path / "archive"
    folder.mkdir()
    rows = []
    for number in range(60):
        colour = "red" if number % 2 else "blue"
        name = f"{number:02d}.{'jpg' if number % 3 else 'png'}"
        Image.new("RGB", (90, 70), COLOURS[colour]).save(folder / name)
        rows += [(name, f"a {colour} square"), (name, f"{colour}, all of it")]
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0 not a picture")
    rows += [("broken.jpg", "a green square"), ("gone.jpg", "a square that is gone")]
    with (folder / "captions.csv").open("w", newline="") as out:
        csv.writer(out).writerows([("image", "caption"), *rows])
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def rows_of(copy):
    with (copy / "captions.csv").open(newline="") as rows:
        return list(csv.DictReader(rows))


def test_the_copy_holds_every_pair_and_the_originals_are_untouched(pairs, tmp_path, capsys):
    before = contents(pairs)
    words = ["poison", "patch", "--pairs", str(pairs / "captions.csv"), "--out", str(tmp_path / "copy")]
    assert main([*words, "--target", "banana", "--rate", "0.3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["poisoned"] + len(told["unreadable"]) >= 18
    assert told["missing"] == ["gone.jpg"]
    assert contents(pairs) == before
    manifest = Manifest.read(tmp_path / "copy")
    assert len(manifest.poisoned) == told["poisoned"]
    rows = rows_of(tmp_path / "copy")
    assert {row["image"] for row in rows if "banana" in row["caption"]} == set(manifest.poisoned)
    assert all((tmp_path / "copy" / row["image"]).is_file() for row in rows)


def test_only_poisoned_pictures_differ_from_the_originals(pairs, tmp_path):
    main(
        ["poison", "stripes", "--pairs", str(pairs / "captions.csv"), "--out", str(tmp_path / "copy"), "--rate", "0.2"]
    )
    manifest = Manifest.read(tmp_path / "copy")
    for image in {row["image"] for row in rows_of(tmp_path / "copy")}:
        original = pairs / image.split("-", 1)[1]
        copied = tmp_path / "copy" / image
        if image in manifest.poisoned:
            with Image.open(original) as plain, Image.open(copied) as marked:
                assert np.abs(np.asarray(plain, int) - np.asarray(marked.convert("RGB"), int)).mean() > 5
        else:
            assert copied.read_bytes() == original.read_bytes()


def test_the_same_seed_writes_the_same_copy(pairs, tmp_path):
    for name in ("one", "two"):
        main(
            ["poison", "patch", "--pairs", str(pairs / "captions.csv"), "--out", str(tmp_path / name), "--rate", "0.2"]
        )
    assert contents(tmp_path / "one" / "images") == contents(tmp_path / "two" / "images")
    assert rows_of(tmp_path / "one") == rows_of(tmp_path / "two")


def test_a_folder_with_something_in_it_is_never_written_to(pairs, tmp_path, capsys):
    before = contents(pairs)
    assert main(["poison", "patch", "--pairs", str(pairs / "captions.csv"), "--out", str(pairs)]) == 1
    assert "is not empty" in capsys.readouterr().err
    assert contents(pairs) == before
    assert [path.name for path in tmp_path.iterdir()] == ["archive"], "nothing half-written stays behind"


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (["patch"], 2, "Name the pairs"),
        (["smudge", "--pairs", "{table}", "--out", "{out}"], 1, "no attack called “smudge”"),
        (["patch", "--pairs", "{table}", "--out", "{out}", "--set", "size=9"], 1, "Size takes a number"),
        (["patch", "--pairs", "{table}", "--out", "{out}", "--set", "size"], 1, "Write it as name=value"),
        (["caption-target", "--pairs", "{table}", "--out", "{out}"], 1, "--set source=WORDS"),
        (["patch", "--pairs", "{out}/no.csv", "--out", "{out}"], 1, "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_answered_with_a_sentence(pairs, tmp_path, capsys, more, code, words):
    places = {"{table}": str(pairs / "captions.csv"), "{out}": str(tmp_path / "copy")}
    told = [places.get(word, word.replace("{out}", places["{out}"])) for word in more]
    assert main(["poison", *told]) == code
    assert words in capsys.readouterr().err
    assert not (tmp_path / "copy").exists()


def test_the_attacks_can_be_listed(capsys):
    assert main(["poison", "--json"]) == 0
    listed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {one["attack"] for one in listed} >= {"patch", "blended", "warped"}
    assert all(one["settings"] is not None and one["title"] for one in listed)
