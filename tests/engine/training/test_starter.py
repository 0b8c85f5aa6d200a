"""The built-in model opens in plain open_clip and understands pictures, words and sounds clearly better than chance."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.training.evaluation import first_ranks

ROOT = Path(__file__).resolve().parents[3]
STARTER = ROOT / "resources" / "starter"
DATA = next((folder for folder in (ROOT.parent / "shared" / "data", ROOT / "shared" / "data") if folder.is_dir()), None)

needs_data = pytest.mark.skipif(DATA is None, reason="the research data sets are not on this machine")


@pytest.fixture(scope="module")
def starter():
    from engine.training.starter.measure import Opened

    return Opened.at(STARTER)


def stamps_held_out(count: int):
    """The first `count` stamps that were not trained on: sentences by language, and pictures on white."""
    from engine.training.starter import pictures
    from engine.training.starter.sentences import read_lines
    from engine.training.starter.splits import is_dev

    rows = [row for row in read_lines(DATA / "stamps" / "stamps.jsonl.gz") if is_dev(row["id"])][:count]
    held = pictures.stamps(DATA, dev=True).pictures[:count]
    opacity = held[..., 3:] / 255
    return rows, (held[..., :3] * opacity + 255 * (1 - opacity)).astype(np.uint8)


def test_the_starter_fits_into_forty_megabytes_and_says_its_licence_and_limits():
    assert sum(file.stat().st_size for file in STARTER.iterdir()) <= 40_000_000
    card = json.loads((STARTER / "card.json").read_text("utf-8"))
    assert card["modalities"] == ["image", "text", "audio"]
    assert card["licence"]
    assert len(card["languages"]) >= 5


@needs_data
def test_sentences_find_stamps_it_never_saw_clearly_better_than_chance(starter):
    rows, pictures = stamps_held_out(48)
    vectors = starter.pictures(pictures)
    scores = starter.texts([row["text"]["en"] for row in rows]) @ vectors.T
    found = (first_ranks(scores, np.eye(48, dtype=bool)) < 10).mean()
    assert found > 0.35  # chance is 0.21


@needs_data
def test_a_sentence_means_the_same_in_several_languages(starter):
    rows, _ = stamps_held_out(48)
    english = starter.texts([row["text"]["en"] for row in rows])
    for language in ("fr", "es", "de", "ru", "ja"):
        having = [index for index, row in enumerate(rows) if language in row["text"]]
        other = starter.texts([rows[index]["text"][language] for index in having])
        right = np.array(having)[:, None] == np.arange(len(rows))
        found = (first_ranks(other @ english.T, right) < 10).mean()
        assert found > 0.35, language  # chance is 0.21


@needs_data
def test_photos_it_never_saw_are_named_among_two_hundred_kinds_far_better_than_chance(starter):
    from engine.training.starter import pictures
    from engine.training.starter.measure import PHOTO_PROMPTS
    from engine.training.starter.sentences import class_names

    held = pictures.photos64(DATA, ["dev"])
    names = starter.names([names[0] for names in class_names(DATA)], PHOTO_PROMPTS)
    named = (starter.pictures(held.pictures[:300]) @ names.T).argmax(1)
    assert (named == held.labels[:300]).mean() > 0.25  # chance is 0.005


@needs_data
def test_sounds_are_named_clearly_better_than_chance(starter):
    from engine.models.audio_encoder import load_audio_encoder
    from engine.training.starter import sounds
    from engine.training.starter.sentences import sound_labels

    held = sounds.esc10(DATA, dev=True)
    labels = sound_labels(DATA)
    encoder = load_audio_encoder(STARTER)
    waves = torch.zeros(len(held.waves), encoder.config.samples)
    for row, wave in zip(waves, held.waves, strict=True):
        cut = torch.from_numpy(wave[: len(row)].astype(np.float32))
        row[: len(cut)] = cut
    with torch.inference_mode():
        vectors = torch.cat([encoder(part) for part in waves.split(40)]).numpy()
    named = (vectors @ starter.names(labels, ("{}", "the sound of {}")).T).argmax(1)
    right = named == [labels.index(sentence) for (sentence,) in held.sentences]
    assert right.mean() > 0.4  # chance is 0.1
