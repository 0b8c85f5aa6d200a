"""Sounds, and the sound of videos: mono at the encoder's rate, cut into overlapping segments when it is encoded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.files.kinds import SOUND_SUFFIXES, VIDEO_SUFFIXES
from engine.files.reasons import MISNAMED, Unreadable
from engine.modalities import modality
from engine.modalities.reading import Facts, Reading, Source, Wish

if TYPE_CHECKING:
    from engine.models.specs import AudioSpec


@modality("audio", suffixes=tuple(SOUND_SUFFIXES | VIDEO_SUFFIXES))
class Audio:
    """A recording as one mono signal with its waveform."""

    def decode(self, source: Source, wish: Wish) -> Reading:
        """Facts, peaks and `sound` of one recording. Raises `Unreadable`."""
        from engine.modalities.sounds.listening import listen
        from engine.modalities.sounds.streams import open_stream

        if source.format == "words":
            raise Unreadable(MISNAMED, "words instead of a sound")
        stream = open_stream(source)
        heard = listen(stream, wish.audio.sample_rate if wish.audio else None, wish.sound_hours * 3600)
        return Reading(
            kind="audio",
            format=source.format.upper(),
            facts=Facts(seconds=heard.seconds, sample_rate=stream.rate, channels=stream.channels),
            sound=heard.sound,
            peaks=heard.peaks,
        )

    def encode(self, encoder: Any, parts: Sequence[np.ndarray]) -> np.ndarray:
        """Segments (samples,) to (n, d)."""
        return encoder.encode_sounds(np.stack(parts).astype(np.float32))


def segments(sound: np.ndarray, spec: AudioSpec) -> list[tuple[float, float, np.ndarray]]:
    """(start, end in seconds, samples) of overlapping windows; the last one ends with the sound, a short sound is filled with silence."""
    length, hop = spec.samples, max(1, round(spec.sample_rate * spec.hop_seconds))
    if len(sound) <= length:
        padded = np.zeros(length, sound.dtype)
        padded[: len(sound)] = sound
        return [(0.0, len(sound) / spec.sample_rate, padded)]
    starts = list(range(0, len(sound) - length + 1, hop))
    if starts[-1] + length < len(sound):
        starts.append(len(sound) - length)
    rate = spec.sample_rate
    return [(start / rate, (start + length) / rate, sound[start : start + length]) for start in starts]
