"""An encoder turns ready tensors and words into vectors of one space."""

import numpy as np
import pytest

from engine.errors import UserFixable
from engine.models.encoder import Encoder
from tests.support.tiny_model import make_tiny_model


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return Encoder.open(make_tiny_model(tmp_path_factory.mktemp("models") / "tiny"), device="cpu")


def pictures(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)


def test_vectors_have_length_one_and_the_order_of_the_batch(encoder):
    batch = pictures(70)
    together = encoder.encode_images(batch)
    assert together.shape == (70, 32)
    assert together.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(together[41], encoder.encode_images(batch[41:42])[0], atol=1e-5)


def test_the_same_picture_gives_the_vector_open_clip_gives(encoder, tmp_path):
    import open_clip
    import torch
    from PIL import Image

    folder = make_tiny_model(tmp_path / "again")
    network, _, prepare = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    array = pictures(1)[0]
    with torch.inference_mode():
        theirs = network.eval().encode_image(prepare(Image.fromarray(array))[None], normalize=True).numpy()
    np.testing.assert_allclose(encoder.encode_images(array[None]), theirs, atol=1e-5)


def test_words_give_the_vector_open_clip_gives_whatever_their_neighbours_in_the_batch(encoder, tmp_path):
    import open_clip
    import torch

    folder = make_tiny_model(tmp_path / "again")
    network = open_clip.create_model(f"local-dir:{folder}").eval()
    words = ["a heron", "two boats on a lake in the evening", ""]
    with torch.inference_mode():
        theirs = network.encode_text(open_clip.get_tokenizer(f"local-dir:{folder}")(words), normalize=True).numpy()
    np.testing.assert_allclose(encoder.encode_texts(words), theirs, atol=1e-5)
    np.testing.assert_allclose(encoder.encode_texts(words[:1])[0], theirs[0], atol=1e-5)


def test_nothing_in_gives_nothing_out(encoder):
    assert encoder.encode_texts([]).shape == (0, 32)
    assert encoder.encode_images(pictures(0)).shape == (0, 32)


def test_a_batch_that_does_not_fit_is_halved_and_the_work_goes_on(encoder):
    expected = encoder.encode_images(pictures(20))
    runner, backend, size = encoder.runner("image"), encoder.backend("image"), encoder.batch_size("image")

    def tight(batch):
        if len(batch) > 5:
            raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return runner(batch)

    encoder.run_with("image", backend, tight)
    try:
        np.testing.assert_allclose(encoder.encode_images(pictures(20)), expected, atol=1e-5)
        assert encoder.batch_size("image") <= 5
    finally:
        encoder.run_with("image", backend, runner)
        encoder.set_batch_size("image", size)


def test_the_status_bar_learns_device_and_number_format(encoder):
    assert encoder.device.startswith("CPU · ")
    assert encoder.device.endswith("fp32")


def test_sounds_get_vectors_in_the_same_space(encoder):
    waves = np.random.default_rng(0).normal(0, 0.1, (3, encoder.audio.samples)).astype(np.float32)
    made = encoder.encode_sounds(waves)
    assert made.shape == (3, encoder.dimension)
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=1e-5)


def test_a_model_without_a_sound_encoder_says_so(tmp_path):
    deaf = Encoder.open(make_tiny_model(tmp_path / "deaf", sound=False), device="cpu")
    assert deaf.kinds == {"image", "text"}
    with pytest.raises(UserFixable, match="cannot read sounds"):
        deaf.encode_sounds(np.zeros((1, 16000), np.float32))
