"""The sound encoder's front end equals an FFT, and a folder that does not fit ends in a sentence."""

from __future__ import annotations

import pytest
import torch

from engine.errors import UserFixable
from engine.models.audio_encoder import (
    AudioConfig,
    AudioEncoder,
    LogMel,
    load_audio_encoder,
    mel_filters,
    save_audio_encoder,
)

SMALL = AudioConfig(dimension=8, widths=(4, 8))


def sound(samples: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(2, samples, generator=torch.Generator().manual_seed(seed)) * 0.1


def test_the_spectrum_equals_a_short_time_fourier_transform():
    config = AudioConfig()
    waves = sound(16_000)
    window = torch.hann_window(config.window, dtype=torch.float64).float()
    power = (
        torch.stft(waves, config.window, config.hop, window=window, center=False, return_complex=True).abs().square()
    )
    mels = torch.log(mel_filters(config) @ power + 1e-5)
    centred = mels - mels.mean((1, 2), keepdim=True)
    expected = centred / (centred.square().mean((1, 2), keepdim=True).sqrt() + 1e-3)
    torch.testing.assert_close(LogMel(config)(waves), expected, atol=2e-3, rtol=1e-3)


def test_a_tone_lies_in_the_band_of_its_pitch():
    config = AudioConfig()
    times = torch.arange(16_000) / config.sample_rate
    low, high = (
        LogMel(config)(torch.sin(2 * torch.pi * hertz * times)[None])[0].mean(1).argmax() for hertz in (300, 3000)
    )
    assert low < high


def test_sounds_of_several_lengths_get_vectors_of_one_length():
    encoder = AudioEncoder(SMALL).eval()
    for samples in (8_000, 80_000, 100_000):
        assert encoder(sound(samples)).shape == (2, 8)


def test_silence_gets_a_vector_too():
    assert torch.isfinite(AudioEncoder(SMALL).eval()(torch.zeros(1, 16_000))).all()


def test_a_saved_encoder_gives_nearly_the_same_vectors_again(tmp_path):
    torch.manual_seed(0)
    encoder = AudioEncoder(SMALL).eval()
    save_audio_encoder(encoder, tmp_path)
    again = load_audio_encoder(tmp_path)
    near = torch.nn.functional.cosine_similarity(encoder(sound(16_000)), again(sound(16_000)))
    assert (near > 0.999).all()  # kept in half precision


def test_an_encoder_that_does_not_fit_is_a_sentence(tmp_path):
    save_audio_encoder(AudioEncoder(SMALL), tmp_path)
    (tmp_path / "audio_config.json").write_text('{"dimension": 16}')
    with pytest.raises(UserFixable, match="The sound encoder of this model could not be read"):
        load_audio_encoder(tmp_path)
    (tmp_path / "audio_model.safetensors").write_bytes(b"half")
    with pytest.raises(UserFixable, match="Pictures and texts still work"):
        load_audio_encoder(tmp_path)
