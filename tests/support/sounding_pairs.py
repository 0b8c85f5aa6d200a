"""A world of sounds small enough to be learnt in seconds: tones of several heights, rising or falling, and the words for them."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from engine.datasets.sounds import SoundPairs

RATE = 16_000
HEIGHTS = {"deep": 150, "low": 300, "middle": 700, "high": 1500, "shrill": 3500}
WAYS = {"steady": 1.0, "rising": 1.8, "falling": 0.55}


def heard(number: int) -> tuple[str, str]:
    """(height, way) of sound `number`."""
    return list(HEIGHTS)[number % 5], list(WAYS)[(number // 5 + number) % 3]


def wave(number: int, seconds: float = 1.2) -> np.ndarray:
    """(samples,) float32 at 16 kHz, with a little noise that makes every sound its own."""
    random = np.random.default_rng(number)
    height, way = heard(number)
    times = np.arange(round(seconds * RATE)) / RATE
    pitch = HEIGHTS[height] * random.uniform(0.95, 1.05) * WAYS[way] ** (times / seconds)
    tone = np.sin(2 * np.pi * np.cumsum(pitch) / RATE)
    return (0.4 * tone + 0.02 * random.normal(size=len(times))).astype(np.float32)


def sentence(number: int) -> str:
    height, way = heard(number)
    return f"a {height} tone, {way}"


def sound_pairs(count: int = 24) -> SoundPairs:
    """In memory."""
    waves = [wave(number).astype(np.float16) for number in range(count)]
    ends = np.cumsum([len(one) for one in waves])
    bounds = np.stack([np.concatenate([[0], ends[:-1]]), ends], axis=1)
    return SoundPairs(
        np.concatenate(waves),
        bounds,
        tuple((sentence(number),) for number in range(count)),
        tuple(map(str, range(count))),
    )


def write_sounds(folder: Path, count: int) -> Path:
    """WAV files and a table that names them."""
    import soundfile

    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "sounds.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("audio", "caption"))
        for number in range(count):
            soundfile.write(folder / f"{number:03}.wav", wave(number), RATE)
            writer.writerow((f"{number:03}.wav", sentence(number)))
    return folder / "sounds.csv"
