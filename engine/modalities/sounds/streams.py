"""Sound of any file as blocks of mono float32: libsndfile where it knows the format, FFmpeg (PyAV) for the rest and for video."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from engine.files import reasons
from engine.files.reasons import Unreadable
from engine.modalities.reading import Source

BLOCK = 1 << 18  # frames
BY_SNDFILE = ("wav", "flac", "ogg", "au", "aiff", "caf", "mp3", "aif", "aifc", "snd", "w64")
MAX_CHANNELS = 64


@dataclass(frozen=True, eq=False)
class Stream:
    """`blocks` yields mono float32 at `rate`; `announced` is the length in seconds the header claims, None where it says nothing."""

    rate: int
    channels: int
    announced: float | None
    blocks: Iterator[np.ndarray]


def open_stream(source: Source) -> Stream:
    """Open for listening; nothing is decoded before the first block is asked for. Raises `Unreadable`."""
    if source.format in BY_SNDFILE:
        try:
            return _by_sndfile(source)
        except Unreadable:
            pass  # FFmpeg reads some of what libsndfile does not, such as Opus in Ogg of older builds
    return _by_ffmpeg(source)


def _by_sndfile(source: Source) -> Stream:
    import soundfile

    try:
        opened = soundfile.SoundFile(io.BytesIO(source.data) if source.data is not None else source.path)
    except (soundfile.SoundFileError, RuntimeError, TypeError, ValueError, OSError) as fault:
        raise Unreadable(reasons.DAMAGED, str(fault)) from fault
    if opened.samplerate <= 0 or not 0 < opened.channels <= MAX_CHANNELS:
        raise Unreadable(reasons.DAMAGED, f"{opened.samplerate} Hz, {opened.channels} channels")
    frames = opened.frames if 0 <= opened.frames < 1 << 40 else 0

    def blocks() -> Iterator[np.ndarray]:
        with opened:
            while True:
                try:
                    block = opened.read(BLOCK, dtype="float32", always_2d=True)
                except (soundfile.SoundFileError, RuntimeError) as fault:
                    raise Unreadable(reasons.CUT_SHORT, str(fault)) from fault
                if not len(block):
                    return
                yield block.mean(axis=1)

    return Stream(opened.samplerate, opened.channels, frames / opened.samplerate if frames else None, blocks())


def _by_ffmpeg(source: Source) -> Stream:
    import av

    av.logging.set_level(av.logging.PANIC)
    try:
        held = av.open(io.BytesIO(source.data) if source.data is not None else source.path, metadata_errors="ignore")  # type: ignore[arg-type]
    except (av.error.FFmpegError, OSError, ValueError) as fault:
        raise Unreadable(_reason_of(fault), str(fault)) from fault
    if not held.streams.audio:
        held.close()
        raise Unreadable(reasons.SILENT, "no sound track")
    track = held.streams.audio[0]
    rate, channels = track.codec_context.sample_rate or 0, track.codec_context.channels or 0
    if rate <= 0 or not 0 < channels <= MAX_CHANNELS:
        held.close()
        raise Unreadable(reasons.DAMAGED, f"{rate} Hz, {channels} channels")
    announced = float(track.duration * track.time_base) if track.duration and track.time_base else None

    def blocks() -> Iterator[np.ndarray]:
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=rate)
        heard = False
        with held:
            try:
                for frame in held.decode(track):  # type: ignore[union-attr]
                    for part in resampler.resample(frame):
                        heard = True
                        yield part.to_ndarray().reshape(-1).astype(np.float32, copy=False)
            except (av.error.FFmpegError, OSError, ValueError) as fault:
                if not heard:
                    raise Unreadable(_reason_of(fault), str(fault)) from fault
                raise Unreadable(reasons.CUT_SHORT, str(fault)) from fault

    return Stream(rate, channels, announced, blocks())


def _reason_of(fault: Exception) -> str:
    words = str(fault).lower()
    if "end of file" in words or "moov" in words or "two consecutive" in words:
        return reasons.CUT_SHORT
    if "decoder not found" in words or "not implemented" in words:
        return reasons.NO_DECODER
    return reasons.DAMAGED
