"""Random cuts, gains, noise and masks of sounds, so that few recordings go a long way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor


def random_cuts(waves: Sequence[np.ndarray], samples: int, generator: torch.Generator) -> Tensor:
    """Cuts (n, samples) float32 of sounds of any length, with gain, speed and background noise changed.

    A longer sound is cut at a random place; a shorter one is put at a random place in silence, or repeated half of the
    time. Speed changes by up to 10 % (pitch with it); noise lies 15 to 60 dB below the sound.
    """
    cuts = torch.zeros(len(waves), samples)
    for row, wave in zip(cuts, waves, strict=True):
        chance = torch.rand(5, generator=generator).tolist()
        sound = torch.from_numpy(wave.astype(np.float32))
        speed = 0.9 + 0.2 * chance[0]
        sound = torch.nn.functional.interpolate(
            sound[None, None], size=max(64, round(len(sound) / speed)), mode="linear"
        )[0, 0]
        if len(sound) < samples and chance[1] < 0.5:
            sound = sound.repeat(-(-samples // len(sound)))
        spare = len(sound) - samples
        start = round(chance[2] * abs(spare))
        if spare >= 0:
            row.copy_(sound[start : start + samples])
        else:
            row[start : start + len(sound)] = sound
        loudness = row.square().mean().sqrt() + 1e-5
        noise = torch.randn(samples, generator=generator) * loudness * 10 ** (-(15 + 45 * chance[3]) / 20)
        row.add_(noise).mul_(10 ** ((chance[4] - 0.5) * 1.2))
    return cuts


def masked(mels: Tensor, generator: torch.Generator, *, bands: int = 12, frames: int = 40) -> Tensor:
    """`mels` (n, mels, frames) with one band and two stretches of time set to the mean (SpecAugment, arXiv:1904.08779)."""
    masked = mels.clone()
    for row in masked:
        chance = torch.rand(6, generator=generator).tolist()
        _blank(row, chance[0], chance[1], bands)
        _blank(row.T, chance[2], chance[3], frames)
        _blank(row.T, chance[4], chance[5], frames)
    return masked


def _blank(rows: Tensor, place: float, extent: float, longest: int) -> None:
    width = round(extent * min(longest, len(rows) // 3))
    start = round(place * (len(rows) - width))
    rows[start : start + width] = 0.0
