"""Sounds with what is said of them: decoded once into one memory-mapped file, then cut, disturbed and masked at every step."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.datasets.captioned import Captioned
from engine.datasets.prepare import check_room, digest_of, disk_full, keep_note, read_each
from engine.errors import UserFixable
from engine.jobs.progress import Progress
from engine.modalities.reading import Wish
from engine.models.specs import AudioSpec

LONGEST = 60.0  # seconds of a sound that are kept; training cuts a few at a time


@dataclass(frozen=True, eq=False)
class SoundPairs:
    """Waves of any length, float16 mono, one after the other in `samples`; sound i is samples[bounds[i, 0] : bounds[i, 1]]."""

    samples: np.ndarray
    bounds: np.ndarray
    sentences: tuple[tuple[str, ...], ...]
    keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.sentences)

    def wave(self, row: int) -> np.ndarray:
        """One sound."""
        start, end = self.bounds[row]
        return np.asarray(self.samples[start:end])

    def only(self, rows: Iterable[int]) -> SoundPairs:
        """The same sounds, fewer of them; nothing is copied."""
        kept = list(rows)
        return SoundPairs(
            self.samples,
            self.bounds[kept],
            tuple(self.sentences[row] for row in kept),
            tuple(self.keys[row] for row in kept) if self.keys else (),
        )

    def segments(self, rows: Sequence[int], length: int) -> np.ndarray:
        """The beginnings of some sounds, (n, length) float32, short ones filled with silence: as a search would hear them first."""
        made = np.zeros((len(rows), length), np.float32)
        for place, row in enumerate(rows):
            wave = self.wave(row)[:length]
            made[place, : len(wave)] = wave
        return made


@dataclass(frozen=True, eq=False)
class PreparedSounds:
    """`pairs` row i is `files[i]`, whose content hash is known now; `failed`: path, reason."""

    files: tuple[Captioned, ...]
    pairs: SoundPairs
    failed: tuple[tuple[str, str], ...]


def prepare_sounds(
    files: Sequence[Captioned], spec: AudioSpec, folder: Path, progress: Progress | None = None
) -> PreparedSounds:
    """Decode sounds at the rate of `spec`, or open what was decoded before. May be cancelled; nothing is kept then.

    Raises UserFixable when the disk has no room, or none of the files can be heard.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = digest_of(files, spec)
    if not (folder / f"{name}.json").is_file():
        check_room(folder, round(len(files) * LONGEST * spec.sample_rate * 2))
        try:
            _decode(files, spec, folder / name, progress or Progress())
        except OSError as fault:
            raise disk_full(fault) from fault
    kept = json.loads((folder / f"{name}.json").read_text("utf-8"))
    os.utime(folder / f"{name}.json")
    if not kept["rows"]:
        raise UserFixable(
            "None of the sounds could be read.",
            "Nothing was trained or changed.",
            f"Look at the first one: {kept['failed'][0][0]}." if kept["failed"] else "Choose other pairs.",
        )
    known = tuple(replace(files[row], content_hash=content) for row, content, _, _ in kept["rows"])
    pairs = SoundPairs(
        np.load(folder / f"{name}.npy", mmap_mode="r"),
        np.array([(start, end) for _, _, start, end in kept["rows"]], np.int64),
        tuple(one.sentences for one in known),
        tuple(one.key for one in known),
    )
    return PreparedSounds(known, pairs, tuple((path, why) for path, why in kept["failed"]))


def _decode(files: Sequence[Captioned], spec: AudioSpec, target: Path, progress: Progress) -> None:
    waves: dict[int, np.ndarray] = {}
    hashes: dict[int, str] = {}
    failed: list[tuple[str, str]] = []
    wish = Wish(audio=spec, thumbnails=False, sound_hours=LONGEST / 3600)
    for row, answer in read_each(files, wish, progress, "sounds"):
        sound = answer.reading.sound if answer.reading is not None else None
        if sound is None:
            failed.append((str(files[row].path), answer.reason or "Not a sound"))
        else:
            waves[row], hashes[row] = sound, answer.content_hash or files[row].key
    rows: list[tuple[int, str, int, int]] = []
    end = 0
    for row in sorted(waves):
        rows.append((row, hashes[row], end, end + len(waves[row])))
        end += len(waves[row])
    unfinished = target.with_suffix(".part.npy")
    try:
        np.save(unfinished, np.concatenate([waves[row] for row in sorted(waves)] or [np.zeros(0, np.float16)]))
        os.replace(unfinished, target.with_suffix(".npy"))
    finally:
        unfinished.unlink(missing_ok=True)
    keep_note(target, rows, failed)
