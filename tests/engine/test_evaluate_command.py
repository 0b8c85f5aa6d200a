"""`sightline evaluate` says how good a model is on the user's own table, with an interval, and refuses what it cannot measure."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine.commands.main import main
from engine.engine import Engine
from tests.support.builders import empty_library
from tests.support.coloured_pairs import taught, write_pairs
from tests.support.tiny_model import make_tiny_model


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    library = empty_library(folder / "library")
    with Engine.open(library, device="cpu") as engine:
        engine.models.add(taught(make_tiny_model(folder / "tiny")), "tiny")
    return library, write_pairs(folder / "pairs", 64, columns=("image", "caption", "label"))


def evaluated(capsys, *words: str) -> dict:
    assert main(["evaluate", *words, "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    return json.loads(line)


def test_naming_pictures_by_their_labels_has_an_interval_and_knows_chance(world, capsys):
    library, table = world
    words = ("zero-shot", "--model", "tiny", "--data", str(table), "--library", str(library))
    told = evaluated(capsys, *words, "--template", "a red square on {}", "--template", "a blue square on {}")
    assert (told["model"], told["classes"], told["pictures"], told["chance"]) == ("tiny", 8, 64, 0.125)
    assert told["top_1"]["low"] <= told["top_1"]["value"] <= told["top_1"]["high"]
    assert told["top_1"]["value"] > 0.2
    assert told["top_5"]["value"] >= told["top_1"]["value"]


def test_finding_pictures_by_captions_equals_a_slow_count(world, capsys):
    library, table = world
    told = evaluated(capsys, "retrieval", "--model", "tiny", "--data", str(table), "--library", str(library))
    assert told["text_to_image"]["recall_at_1"]["n"] == told["captions"]
    with Engine.open(library, device="cpu") as engine:
        from engine.datasets.prepare import prepare_pictures
        from engine.datasets.table import pairs_of_table

        encoder = engine.models.encoder("tiny")
        files = pairs_of_table(table).files
        pictures = encoder.encode_images(
            np.asarray(prepare_pictures(files, encoder.image, engine.folder / "runs" / "prepared").pictures)
        )
        sentences = sorted({one.sentences[0] for one in files})
        words = encoder.encode_texts(sentences)
    hits = []
    for sentence, vector in zip(sentences, words, strict=True):
        order = np.argsort(-(pictures @ vector))[:5]
        hits.append(any(files[row].sentences[0] == sentence for row in order))
    assert told["text_to_image"]["recall_at_5"]["value"] == pytest.approx(np.mean(hits), abs=1e-5)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("zero-shot",), "has a label"),
        (("retrieval", "--model", "gone"), "No model called “gone” is installed."),
        (("zero-shot", "--template", "a photo"), "is not a template"),
    ],
)
def test_what_cannot_be_measured_is_said(world, tmp_path, capsys, words, sentence):
    library, _ = world
    table = write_pairs(tmp_path, 4)
    model = [] if "--model" in words else ["--model", "tiny"]
    assert main(["evaluate", *words, *model, "--data", str(table), "--library", str(library)]) == 1
    assert sentence in capsys.readouterr().err
