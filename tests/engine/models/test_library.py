"""The list of installed models, the one in use, and the spaces they make."""

import json
import pickle

import numpy as np
import pytest

from engine.catalogue.library import Library
from engine.errors import UserFixable
from engine.models.library import ModelLibrary
from tests.support.tiny_model import make_tiny_model


@pytest.fixture
def library(tmp_path):
    library = Library(tmp_path / "library")
    yield library
    library.close()


@pytest.fixture
def models(library):
    return ModelLibrary(library, device="cpu")


def test_a_folder_becomes_a_model_that_can_be_used(models, tmp_path):
    card = models.add(make_tiny_model(tmp_path / "tiny"), "tiny")
    assert (card.key, card.licence, card.dimension) == ("tiny", "Apache-2.0", 32)
    assert models.use("tiny").in_use
    assert models.in_use().key == "tiny"
    assert models.encoder().encode_texts(["a heron"]).shape == (1, 32)


def test_the_encoder_is_loaded_once(models, tmp_path):
    models.add(make_tiny_model(tmp_path / "tiny"), "tiny")
    assert models.encoder("tiny") is models.encoder("tiny")


def test_a_model_belongs_to_the_library_once_it_was_added(models, tmp_path):
    import shutil

    folder = make_tiny_model(tmp_path / "tiny")
    models.add(folder, "tiny")
    shutil.rmtree(folder)
    assert models.encoder("tiny").dimension == 32


def test_changing_the_model_changes_the_space_and_keeps_the_old_one(models, tmp_path):
    for seed, name in ((0, "one"), (1, "two")):
        models.add(make_tiny_model(tmp_path / name, seed), name)
    models.use("one")
    first = models.space()
    models.use("two")
    second = models.space()
    assert first.id != second.id
    assert {space.model_key for space in models.spaces()} >= {"one", "two"}
    assert models.encoder("one").space_key == first.key != second.key


def test_the_same_weights_with_other_preprocessing_are_another_space(models, tmp_path):
    models.add(make_tiny_model(tmp_path / "plain"), "plain")
    other = make_tiny_model(tmp_path / "other")
    config = json.loads((other / "open_clip_config.json").read_text())
    config["preprocess_cfg"]["mean"] = [0.4, 0.4, 0.4]
    (other / "open_clip_config.json").write_text(json.dumps(config))
    models.add(other, "other")
    assert models.space("plain").key != models.space("other").key


def test_removing_a_model_keeps_its_space(models, library, tmp_path):
    models.add(make_tiny_model(tmp_path / "tiny"), "tiny")
    space = models.space("tiny")
    models.remove("tiny")
    assert [kept.model_key for kept in models.spaces() if kept.id == space.id] == [None]
    assert not (library.folder / "models" / "tiny").exists()
    again = models.add(make_tiny_model(tmp_path / "tiny"), "tiny")
    assert models.space(again.key).id == space.id


def test_a_taken_name_is_refused_with_a_remedy(models, tmp_path):
    models.add(make_tiny_model(tmp_path / "tiny"), "tiny")
    with pytest.raises(UserFixable, match="already there"):
        models.add(make_tiny_model(tmp_path / "tiny"), "tiny")


def test_a_checkpoint_without_some_weights_is_named_and_leaves_nothing_behind(models, library, tmp_path):
    from safetensors.torch import load_file, save_file

    folder = make_tiny_model(tmp_path / "tiny")
    file = folder / "open_clip_model.safetensors"
    weights = load_file(file)
    weights.pop("visual.proj")
    weights["visual.extra"] = weights["text.ln_final.weight"].clone()
    weights["text.positional_embedding"] = weights["text.positional_embedding"][:, :16].clone()
    save_file(weights, file)
    with pytest.raises(UserFixable) as fault:
        models.add(folder, "partial")
    assert "1 weight missing (visual.proj)" in fault.value.what
    assert "1 weight not known to it (visual.extra)" in fault.value.what
    assert "48 x 16 instead of 48 x 32" in fault.value.what
    assert not (library.folder / "models" / "partial").exists()


def test_a_checkpoint_that_is_cut_short_gets_a_sentence(models, tmp_path):
    folder = make_tiny_model(tmp_path / "tiny")
    file = folder / "open_clip_model.safetensors"
    file.write_bytes(file.read_bytes()[:-500])
    with pytest.raises(UserFixable, match="cut short"):
        models.add(folder, "short")


class Trap:
    def __reduce__(self):
        return (open, ("/tmp/sightline-should-never-exist", "w"))


@pytest.mark.parametrize("writer", ["torch", "pickle"])
def test_a_checkpoint_with_program_code_is_not_opened(models, tmp_path, writer):
    from pathlib import Path

    import torch

    file = tmp_path / "nice.pt"
    if writer == "torch":
        torch.save({"state_dict": Trap()}, file)
    else:
        file.write_bytes(pickle.dumps({"state_dict": Trap(), "padding": "x" * 100}))
    with pytest.raises(UserFixable) as fault:
        models.add(file, "nice", architecture="ViT-B-32")
    assert str(fault.value) == ("This checkpoint carries program code and was not opened. Ask for a safetensors file.")
    assert not Path("/tmp/sightline-should-never-exist").exists()


def test_a_plain_pt_file_is_taken_over_as_safetensors_and_gives_the_same_vectors(models, library, tmp_path):
    import torch
    from safetensors.torch import load_file

    folder = make_tiny_model(tmp_path / "tiny")
    models.add(folder, "tiny")
    torch.save(
        {
            "epoch": 3,
            "state_dict": {f"module.{k}": v for k, v in load_file(folder / "open_clip_model.safetensors").items()},
        },
        folder / "epoch_3.pt",
    )
    (folder / "open_clip_model.safetensors").unlink()
    models.add(folder, "from-pt")
    assert not list((library.folder / "models" / "from-pt").glob("*.pt"))
    np.testing.assert_allclose(
        models.encoder("tiny").encode_texts(["two boats"]),
        models.encoder("from-pt").encode_texts(["two boats"]),
        atol=1e-6,
    )


def test_nothing_installed_is_said_in_a_sentence(models, monkeypatch, tmp_path):
    from engine.models import library as module

    monkeypatch.setattr(module, "RESOURCES", tmp_path)
    with pytest.raises(UserFixable, match="No model is installed"):
        models.in_use()


def test_measurements_are_kept_per_device(models, tmp_path):
    models.add(make_tiny_model(tmp_path / "tiny"), "tiny")
    models.remember_measured("tiny", "CPU", {"items_per_second": {"image": 88.5}})
    assert models.measured("tiny", "CPU") == {"items_per_second": {"image": 88.5}}
    assert models.measured("tiny", "GPU") is None
    assert models.card("tiny").items_per_second == {"image": 88.5}
