"""A model learns to hear: sounds come to lie where their words are, and pictures and words stay exactly where they were."""

from __future__ import annotations

import numpy as np
import pytest

from engine.datasets.captioned import Captioned
from engine.datasets.sounds import prepare_sounds
from engine.models.specs import AudioSpec
from engine.values import LearnFrom
from tests.support.sounding_pairs import heard, sentence, wave, write_sounds
from tests.support.tiny_model import make_tiny_model

ALIGN = {"passes": 25.0, "batch": 24, "learning_rate": 3e-3, "retention": 0.0, "average": 0.9}


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    return write_sounds(tmp_path_factory.mktemp("sounds"), 120)


def run(engine, sounds, model: str = "tiny", **settings):
    card = engine.training.create("align", LearnFrom(table=str(sounds)), model=model, settings=ALIGN | settings)
    finished = engine.jobs.wait(engine.training.start(card.number), 100)
    return finished, engine.training.run(card.number) if finished.outcome == "done" else None


def found(encoder) -> float:
    """How often one of 30 new sounds is nearest to its own words among all 15."""
    length = encoder.audio.samples
    waves = np.stack([wave(number)[:length] for number in range(500, 530)])
    names = sorted({sentence(number) for number in range(15)})
    nearest = (encoder.encode_sounds(waves) @ encoder.encode_texts(names).T).argmax(1)
    return float(np.mean([names[place] == sentence(number) for place, number in zip(nearest, range(500, 530))]))


def test_sounds_find_their_words_and_nothing_else_moves(engine, sounds):
    before = found(engine.models.encoder("tiny"))
    finished, card = run(engine, sounds)
    assert finished.outcome == "done", finished.details or finished.reason
    new, old = engine.models.encoder(card.result), engine.models.encoder("tiny")
    assert found(new) > max(0.4, 2 * before)  # chance is 0.07
    pictures = np.random.default_rng(0).integers(0, 255, (3, 32, 32, 3), np.uint8)
    np.testing.assert_array_equal(new.encode_images(pictures), old.encode_images(pictures))
    np.testing.assert_array_equal(new.encode_texts(["a low tone"]), old.encode_texts(["a low tone"]))
    assert card.after["recall_at_1"]["value"] > card.before["recall_at_1"]["value"]
    assert card.after["held_out_loss"] < card.before["held_out_loss"]


def test_a_model_that_cannot_hear_gets_a_sound_encoder(engine, sounds, tmp_path):
    engine.models.add(make_tiny_model(tmp_path / "deaf", sound=False), "deaf")
    assert engine.models.card("deaf").kinds == ("image", "text")
    finished, card = run(engine, sounds, model="deaf", passes=1.0, best=False, batch=8)
    assert finished.outcome == "done", finished.details or finished.reason
    assert engine.models.card(card.result).kinds == ("image", "audio", "text")
    assert any("could not hear before" in note for note in card.notes)


def test_sounds_are_decoded_once_in_their_order_and_one_that_cannot_be_heard_costs_itself(sounds, tmp_path):
    files = [Captioned(sounds.parent / f"{number:03}.wav", (sentence(number),), (None,)) for number in range(4)]
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"RIFF and no more")
    made = prepare_sounds([files[0], Captioned(broken), *files[1:]], AudioSpec(16_000, 1.0, 0.5), tmp_path / "prepared")
    assert [one.path.name for one in made.files] == ["000.wav", "001.wav", "002.wav", "003.wav"]
    assert [path for path, _ in made.failed] == [str(broken)]
    np.testing.assert_allclose(made.pairs.wave(2).astype(np.float32), wave(2), atol=2e-3)
    assert made.pairs.segments([1, 3], 40_000)[1, len(wave(3)) :].max() == 0
    assert made.pairs.only([3]).sentences == ((sentence(3),),)
    assert heard(3) != heard(2)
