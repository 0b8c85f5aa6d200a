"""Listens to a stream once: mono at the encoder's rate, loudness peaks, length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.files import reasons
from engine.files.reasons import Unreadable
from engine.modalities.sounds.streams import Stream

PEAKS = 200
SILENCE = 1e-4  # of full scale, -80 dB
SHORTEST = 0.02  # seconds; less holds no sound worth finding
STEP = 0.01  # seconds per loudness value before they are gathered into peaks
COMPLETE = 0.9  # of the announced length; less means the file's end is missing


@dataclass(frozen=True, eq=False)
class Heard:
    """`sound` (samples,) float16 at the rate asked for (None when none was), `peaks` (200,) float32 with maximum 1, `seconds`."""

    sound: np.ndarray | None
    peaks: np.ndarray
    seconds: float


def listen(stream: Stream, rate: int | None, most_seconds: float) -> Heard:
    """Read the whole stream, `most_seconds` at most. Raises `Unreadable` for silence and for files that end early."""
    import soxr

    resample = soxr.ResampleStream(stream.rate, rate, 1, dtype="float32") if rate and rate != stream.rate else None
    step = max(1, round(stream.rate * STEP))
    pieces: list[np.ndarray] = []
    loudness: list[np.ndarray] = []
    rest = np.empty(0, np.float32)
    frames = 0
    for block in stream.blocks:
        block = np.nan_to_num(block, nan=0.0, posinf=0.0, neginf=0.0)
        frames += len(block)
        joined = np.concatenate([rest, np.abs(block)])
        whole = len(joined) // step * step
        loudness.append(joined[:whole].reshape(-1, step).max(axis=1))
        rest = joined[whole:]
        if rate:
            pieces.append(_halved(resample.resample_chunk(block) if resample else block))
        if frames / stream.rate >= most_seconds:
            break
    if rate and resample:
        pieces.append(_halved(resample.resample_chunk(np.empty(0, np.float32), last=True)))
    loudness.append(rest)
    seconds = frames / stream.rate
    peaks = _gathered(np.concatenate(loudness))
    if (
        stream.announced
        and seconds < min(stream.announced, most_seconds) * COMPLETE
        and stream.announced - seconds > 0.5
    ):
        raise Unreadable(reasons.CUT_SHORT, f"{seconds:.1f} of {stream.announced:.1f} s")
    if seconds < SHORTEST or peaks.max(initial=0) < SILENCE:
        raise Unreadable(reasons.SILENT, f"{seconds:.2f} s")
    return Heard(np.concatenate(pieces) if rate else None, (peaks / peaks.max()).astype(np.float32), seconds)


def _halved(block: np.ndarray) -> np.ndarray:
    """Half the bytes on their way to the encoder; a float16 keeps quiet recordings, which sixteen-bit integers would not."""
    return np.clip(block, -4.0, 4.0).astype(np.float16)


def _gathered(loudness: np.ndarray) -> np.ndarray:
    """(PEAKS,) maxima over equal stretches of time."""
    if not len(loudness):
        return np.zeros(PEAKS, np.float32)
    if len(loudness) < PEAKS:
        return loudness[(np.arange(PEAKS) * len(loudness)) // PEAKS]
    return np.maximum.reduceat(loudness, (np.arange(PEAKS) * len(loudness)) // PEAKS)
