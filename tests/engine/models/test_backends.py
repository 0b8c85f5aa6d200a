"""The fastest faithful way to run a tower is found by trying, and remembered."""

import numpy as np
import pytest
import torch

from engine.catalogue.library import Library
from engine.models import backends
from engine.models.encoder import Encoder
from engine.models.library import ModelLibrary
from engine.models.runners import Backend
from tests.support.tiny_model import make_tiny_model


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(backends, "TRY_SECONDS", 0.02)


@pytest.fixture
def encoder(tmp_path):
    return Encoder.open(make_tiny_model(tmp_path / "tiny"), device="cpu")


@pytest.mark.parametrize("kind", ["image", "audio", "text"])
def test_whatever_is_chosen_gives_the_vectors_of_float32(encoder, tmp_path, kind):
    probe = backends.probe_batch(encoder, kind, 12)
    plain = encoder.runner(kind)(probe)
    choice = backends.measure(encoder, kind, tmp_path / "exports")
    assert choice.rate > 0
    assert len(choice.tried) >= 2
    made = encoder.runner(kind)(probe)
    cosines = (made * plain).sum(1) / np.linalg.norm(made, axis=1) / np.linalg.norm(plain, axis=1)
    assert cosines.min() >= 0.999
    assert encoder.batch_size(kind) == choice.batch


@pytest.mark.parametrize("kind", ["image", "text"])
def test_a_tower_held_in_bfloat16_gives_nearly_the_same_vectors_and_leaves_the_model_as_it_was(encoder, tmp_path, kind):
    probe = backends.probe_batch(encoder, kind, 5)
    plain = encoder._encode(kind, probe)
    backends.apply(encoder, kind, backends.Choice(Backend(dtype="bfloat16", held=True), 5, 1.0), tmp_path / "exports")
    made = encoder._encode(kind, probe)
    assert (made * plain).sum(1).min() >= 0.999
    assert np.abs(made - plain).max() > 0  # it really ran in another number format
    assert {parameter.dtype for tower in encoder.towers.values() for parameter in tower.parameters()} == {torch.float32}


def test_sounds_are_not_held_in_bfloat16_because_their_front_end_needs_float32(encoder, tmp_path):
    before = encoder.backend("audio")
    backends.apply(encoder, "audio", backends.Choice(Backend(dtype="bfloat16", held=True), 4, 1.0), tmp_path)
    assert encoder.backend("audio") == before


def test_onnx_runtime_gives_the_same_vectors_for_any_batch(encoder, tmp_path):
    plain = encoder.encode_images(backends.probe_batch(encoder, "image", 5))
    backends.apply(
        encoder, "image", backends.Choice(Backend("onnx", channels_last=False), 3, 1.0), tmp_path / "exports"
    )
    assert encoder.device.endswith("ONNX")
    np.testing.assert_allclose(encoder.encode_images(backends.probe_batch(encoder, "image", 5)), plain, atol=1e-4)


def test_a_faster_way_with_other_vectors_is_not_taken(encoder, tmp_path, monkeypatch):
    real = backends._runner

    def wrong(encoder, kind, backend, exports):
        if backend.dtype == "bfloat16":
            return lambda batch: np.ones((len(batch), 32), np.float32)
        return real(encoder, kind, backend, exports)

    monkeypatch.setattr(backends, "_runner", wrong)
    choice = backends.measure(encoder, "image", tmp_path / "exports")
    assert choice.backend.dtype == "float32"
    assert not any("bf16" in name for name in choice.tried)


def test_the_choice_is_there_again_after_a_restart(tmp_path):
    library = Library(tmp_path / "library")
    models = ModelLibrary(library, device="cpu")
    models.add(make_tiny_model(tmp_path / "tiny"), "tiny")
    figures = models.measure("tiny")
    assert set(figures["items_per_second"]) == {"image", "audio", "text"}
    chosen = models.encoder("tiny").backend("image")
    again = ModelLibrary(library, device="cpu")
    assert again.encoder("tiny").backend("image") == chosen
    assert again.card("tiny").items_per_second == figures["items_per_second"]
    assert again.card("tiny").memory_bytes == figures["memory_bytes"] > 0
    library.close()


def test_a_long_job_finds_the_fastest_way_by_itself_and_remembers_it(tmp_path, monkeypatch):
    from engine.workflows import encoding
    from engine.workflows.add_folders import AddFolders
    from tests.engine.ingest.conftest import photo
    from tests.support.builders import open_empty

    monkeypatch.setattr(encoding, "MEASURE_AFTER", 0.0)
    (tmp_path / "archive").mkdir()
    for number in range(40):
        photo(tmp_path / "archive" / f"{number}.jpg", number)
    with open_empty(tmp_path / "library") as engine:
        engine.models.use(engine.models.add(make_tiny_model(tmp_path / "tiny"), "tiny").key)
        assert not engine.models.knows_fastest("tiny", "image")
        finished = engine.jobs.wait(engine.jobs.submit(AddFolders((str(tmp_path / "archive"),))), 100)
        assert finished.outcome == "done"
        assert engine.items.counts().indexed == 40
        assert engine.models.knows_fastest("tiny", "image")
        assert not engine.models.knows_fastest("tiny", "audio")  # nothing to be heard came in
        assert engine.models.card("tiny").items_per_second["image"] > 0


def test_measuring_is_a_job_that_says_what_it_found(tmp_path):
    from engine.workflows.measure_model import MeasureModel
    from tests.support.builders import open_empty

    with open_empty(tmp_path / "library") as engine:
        engine.models.use(engine.models.add(make_tiny_model(tmp_path / "tiny"), "tiny").key)
        finished = engine.jobs.wait(engine.jobs.submit(MeasureModel("tiny")), 60)
        assert finished.outcome == "done"
        assert "pictures" in finished.summary
        assert "CPU" in finished.summary
