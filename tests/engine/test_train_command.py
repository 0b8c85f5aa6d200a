"""`sightline train`: one line per report, then the new model; a sentence and exit 1 for what cannot be."""

from __future__ import annotations

import json

import pytest

from engine.commands.main import main
from engine.engine import Engine
from tests.support.builders import empty_library
from tests.support.coloured_pairs import taught, write_pairs
from tests.support.tiny_model import make_tiny_model

QUICK = ("--set", "batch=16", "--set", "learning-rate=0.001", "--set", "retention=0", "--set", "precision=float32")


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    library = empty_library(folder / "library")
    with Engine.open(library, device="cpu") as engine:
        engine.models.add(taught(make_tiny_model(folder / "tiny")), "tiny")
    return library, write_pairs(folder / "pairs", 48, columns=("image", "caption", "label"))


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_training_tells_every_step_and_then_the_model(world, capsys):
    library, table = world
    words = ("train", "finetune", "--library", str(library), "--model", "tiny", "--pairs", str(table), "--json")
    assert main([*words, *QUICK, "--set", "passes=3", "--anyway", "--name", "mine"]) == 0
    *steps, last = lines(capsys)
    assert [row["step"] for row in steps] == list(range(1, 7))
    assert all(row["loss"] > 0 and row["terms"].keys() == {"info_nce"} for row in steps)
    assert last["model"] == "mine"
    assert last["before"]["held_out_loss"] > last["after"]["held_out_loss"]
    assert last["after"]["recall_at_1"]["n"] == 8


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("finetune", "--pairs", "TABLE"), "41 pairs will be learnt by heart"),
        (("finetune", "--pairs", "nowhere.csv"), "cannot be read"),
        (("teach", "--pairs", "TABLE"), "There is no recipe called “teach”."),
        (("finetune", "--pairs", "TABLE", "--model", "gone"), "No model called “gone” is installed."),
        (("finetune", "--pairs", "TABLE", "--set", "passes=often"), "Passes takes a number"),
        (("finetune", "--pairs", "TABLE", "--set", "pace=1"), "has no setting called “pace”"),
        (("finetune", "--pairs", "TABLE", "--set", "passes"), "is not a setting"),
        (("finetune", "--resume", "77"), "There is no run 77."),
    ],
)
def test_what_cannot_be_ends_in_a_sentence(world, tmp_path, capsys, words, sentence):
    library, _ = world
    table = str(write_pairs(tmp_path, 41))
    given = [table if word == "TABLE" else word for word in words]
    model = [] if "--model" in given else ["--model", "tiny"]
    assert main(["train", *given, *model, "--library", str(library)]) == 1
    assert sentence in capsys.readouterr().err


def test_without_a_recipe_it_lists_what_there_is(world, capsys):
    library, _ = world
    assert main(["train", "--library", str(library), "--json"]) == 0
    told = lines(capsys)
    assert {"finetune", "cleanclip"} <= {row.get("recipe") for row in told}
    assert next(row for row in told if row.get("recipe") == "finetune")["settings"]["change"] == "full"


def test_wrong_usage_is_exit_two():
    with pytest.raises(SystemExit) as left:
        main(["train", "finetune", "--pairs"])
    assert left.value.code == 2
