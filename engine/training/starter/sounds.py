"""Reads the sound sets of the data folder: waveforms at 16 kHz and the sentences they mean or say."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.training.starter.sentences import read_lines
from engine.training.starter.splits import DEV_FOLD, DEV_TAKES, is_dev

RATE = 16_000


@dataclass(frozen=True, eq=False)
class Sounds:
    """Waveforms (float16, mono, 16 kHz, up to 10 s each) and, for each, the sentences that describe or repeat it."""

    name: str
    waves: list[np.ndarray]
    sentences: list[tuple[str, ...]]


def esc10(data: Path, dev: bool) -> Sounds:
    """Environmental sounds; dev is fold 4."""
    with (data / "esc10" / "clips.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if (row["fold"] == DEV_FOLD) == dev]
    waves = _from_zip(data / "esc10" / "clips.zip", [row["file"] for row in rows])
    return Sounds("esc10", waves, [(row["label"],) for row in rows])


def digits(data: Path, dev: bool) -> Sounds:
    """Spoken digits; dev is takes 5-7 of every speaker."""
    with (data / "spoken_digits" / "clips.csv").open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if (int(row["take"]) in DEV_TAKES) == dev]
    waves = _from_zip(data / "spoken_digits" / "clips.zip", [row["file"] for row in rows])
    return Sounds("digits", waves, [(row["word"],) for row in rows])


def stamp_sounds(data: Path, dev: bool) -> Sounds:
    """The sounds that the stamps' things make, each with the thing's English sentence."""
    rows = [r for r in read_lines(data / "stamps" / "stamps.jsonl.gz") if r.get("sound") and is_dev(r["id"]) == dev]
    waves = _from_zip(data / "stamps" / "sounds.zip", [row["sound"] for row in rows])
    return Sounds("stamp_sounds", waves, [(row["text"]["en"],) for row in rows])


def stamp_speech(data: Path, dev: bool) -> Sounds:
    """People reading the stamps' sentences in English, French, Russian and Spanish, with the English sentence."""
    rows = [r for r in read_lines(data / "stamps" / "stamps.jsonl.gz") if is_dev(r["id"]) == dev]
    spoken = [(file, row) for row in rows for file in (row.get("spoken") or {}).values()]
    waves = _from_zip(data / "stamps" / "spoken.zip", [file for file, _ in spoken])
    return Sounds("stamp_speech", waves, [(row["text"]["en"],) for _, row in spoken])


def caption_speech(data: Path, split: str) -> Sounds:
    """Spoken Flickr8k captions of one split."""
    rows = [r for r in read_lines(data / "flickr8k" / "captions.jsonl.gz") if r.get("spoken") and r["split"] == split]
    waves = _from_zip(data / "flickr8k" / "spoken.zip", [row["spoken"] for row in rows])
    return Sounds("caption_speech", waves, [(row["spoken_text"],) for row in rows])


def _from_zip(archive: Path, names: list[str]) -> list[np.ndarray]:
    import soundfile

    with zipfile.ZipFile(archive) as members:
        paths = {Path(name).name: name for name in members.namelist()}
        return [_decoded(soundfile.read(io.BytesIO(members.read(paths[name])), dtype="float32")) for name in names]


def _decoded(read: tuple[np.ndarray, int]) -> np.ndarray:
    wave, rate = read
    mono = wave if wave.ndim == 1 else wave.mean(1)
    if rate != RATE:
        import soxr

        mono = soxr.resample(mono, rate, RATE)
    return mono[: 10 * RATE].astype(np.float16)
