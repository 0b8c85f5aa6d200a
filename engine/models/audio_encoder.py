"""The starter's sound encoder: raw waveform in, a vector of the joint space out; the log-mel front end is part of it.

A small residual network on log-mel pictures, after Hershey et al. 2017 (arXiv:1609.09430). The spectrum is computed by fixed
convolutions instead of an FFT, so that the whole network exports to ONNX.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import UserFixable

CONFIG_NAME = "audio_config.json"
WEIGHTS_NAME = "audio_model.safetensors"


@dataclass(frozen=True)
class AudioConfig:
    """Shape of the encoder; `seconds` and `hop_seconds` say how recordings are cut for it."""

    dimension: int = 384
    sample_rate: int = 16_000
    seconds: float = 5.0
    hop_seconds: float = 2.5
    window: int = 512
    hop: int = 320
    mels: int = 64
    widths: tuple[int, ...] = (16, 64, 128, 192)
    dropout: float = 0.2

    @property
    def samples(self) -> int:
        return round(self.seconds * self.sample_rate)


class AudioEncoder(nn.Module):
    """Mono sound (n, samples) float32 in [-1, 1] at `config.sample_rate` -> vectors (n, dimension), any length.

    `samples` may be anything from one window up; the encoder was trained on `config.samples`.
    """

    def __init__(self, config: AudioConfig) -> None:
        super().__init__()
        self.config = config
        self.spectrum = LogMel(config)
        layers: list[nn.Module] = []
        before = 1
        for width in config.widths:
            layers += [_convolution(before, width, stride=2), Residual(width)]
            before = width
        self.layers = nn.Sequential(*layers)
        self.dropout = nn.Dropout(config.dropout)
        self.projection = nn.Linear(2 * before, config.dimension, bias=False)

    def forward(self, sounds: Tensor) -> Tensor:
        return self.encode_spectrum(self.spectrum(sounds))

    def encode_spectrum(self, mels: Tensor) -> Tensor:
        """The vectors of log-mel pictures (n, mels, frames); training masks parts of them."""
        features = self.layers(mels.unsqueeze(1)).mean(2)  # over frequency: (n, width, frames)
        pooled = torch.cat([features.mean(-1), features.amax(-1)], dim=-1)
        return self.projection(self.dropout(pooled))  # type: ignore[no-any-return]


class Residual(nn.Module):
    """Two convolutions around which the input is added (He et al. 2016, arXiv:1512.03385)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            _convolution(width, width), nn.Conv2d(width, width, 3, padding=1, bias=False), nn.BatchNorm2d(width)
        )

    def forward(self, features: Tensor) -> Tensor:
        return nn.functional.relu(features + self.inner(features))


def _convolution(before: int, width: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, width, 3, stride, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU(inplace=True)
    )


class LogMel(nn.Module):
    """Sound (n, samples) -> log-mel energies (n, mels, frames), each recording at zero mean and unit spread."""

    def __init__(self, config: AudioConfig) -> None:
        super().__init__()
        self.hop, self.bins = config.hop, config.window // 2 + 1
        times = torch.arange(config.window, dtype=torch.float64)
        turns = 2 * math.pi * torch.outer(torch.arange(self.bins, dtype=torch.float64), times) / config.window
        window = torch.hann_window(config.window, dtype=torch.float64)
        waves = torch.cat([turns.cos() * window, turns.sin() * window]).float().unsqueeze(1)
        self.register_buffer("waves", waves, persistent=False)
        self.register_buffer("filters", mel_filters(config), persistent=False)

    def forward(self, sounds: Tensor) -> Tensor:
        parts = nn.functional.conv1d(sounds.unsqueeze(1), self.waves, stride=self.hop)  # type: ignore[arg-type]
        real, imaginary = parts.split(self.bins, dim=1)
        power = real.square() + imaginary.square()  # (n, bins, frames)
        mels = torch.log(torch.matmul(self.filters, power) + 1e-5)  # type: ignore[arg-type]
        centred = mels - mels.mean(dim=(1, 2), keepdim=True)
        return centred / (centred.square().mean(dim=(1, 2), keepdim=True).sqrt() + 1e-3)


def mel_filters(config: AudioConfig) -> Tensor:
    """Triangles (mels, bins) evenly spaced on the mel scale 2595 log10(1 + f / 700), from 40 Hz to half the rate."""
    top = config.sample_rate / 2

    def to_mel(hertz: float) -> float:
        return 2595 * math.log10(1 + hertz / 700)

    mels = torch.linspace(to_mel(40), to_mel(top), config.mels + 2, dtype=torch.float64)
    corners = 700 * (10 ** (mels / 2595) - 1)
    hertz = torch.linspace(0, top, config.window // 2 + 1, dtype=torch.float64)
    rising = (hertz - corners[:-2, None]) / (corners[1:-1] - corners[:-2])[:, None]
    falling = (corners[2:, None] - hertz) / (corners[2:] - corners[1:-1])[:, None]
    return torch.minimum(rising, falling).clamp(min=0).float()


def load_audio_encoder(folder: Path) -> AudioEncoder:
    """The sound encoder of a model folder, in inference mode; raises UserFixable naming what does not fit."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        config = AudioConfig(**_with_tuples(json.loads((folder / CONFIG_NAME).read_text(encoding="utf-8"))))
        encoder = AudioEncoder(config)
        encoder.load_state_dict({name: value.float() for name, value in load_file(folder / WEIGHTS_NAME).items()})
    except (OSError, ValueError, TypeError, RuntimeError, SafetensorError) as fault:
        raise UserFixable(
            f"The sound encoder of this model could not be read ({fault}).".replace("\n", " "),
            "Pictures and texts still work with it; sounds have no vectors.",
            "Add the model again from a complete folder.",
        ) from fault
    return encoder.eval()


def save_audio_encoder(encoder: AudioEncoder, folder: Path) -> None:
    """Write config and half-precision weights into `folder`."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG_NAME).write_text(json.dumps(asdict(encoder.config), indent=1), encoding="utf-8")
    state = {name: _half(value) for name, value in encoder.state_dict().items()}
    save_file(state, folder / WEIGHTS_NAME)


def _half(value: Tensor) -> Tensor:
    return (value.half() if value.is_floating_point() else value).contiguous()


def _with_tuples(config: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in config.items()}
