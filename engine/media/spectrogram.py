"""A sound as levels over time and pitch, for looking at."""

from __future__ import annotations

import numpy as np

WINDOW = 1024  # samples; 64 ms at 16 kHz
LOWEST = 60.0  # Hz
RANGE = 70.0  # decibels below the loudest point that are still told apart


def spectrogram(sound: np.ndarray, rate: int, columns: int, rows: int) -> np.ndarray:
    """uint8 (rows, columns): loud is high, high tones in the first row, pitch on the mel scale. `sound` is mono (samples,)."""
    samples = np.asarray(sound, np.float32)
    if len(samples) < WINDOW:
        samples = np.pad(samples, (0, WINDOW - len(samples)))
    starts = np.linspace(0, len(samples) - WINDOW, columns).astype(int)
    frames = samples[starts[:, None] + np.arange(WINDOW)] * np.hanning(WINDOW).astype(np.float32)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2  # (columns, bins)
    summed = power @ _bands(rate, rows).T  # (columns, rows), low tones first
    level = 10 * np.log10(summed + 1e-10)
    shade = np.clip((level - (level.max() - RANGE)) / RANGE, 0, 1) if summed.any() else np.zeros_like(level)
    return np.rint(shade.T[::-1] * 255).astype(np.uint8)


def _bands(rate: int, rows: int) -> np.ndarray:
    """(rows, bins) weights: row i gathers the bins around its pitch; narrow low rows borrow between two bins."""
    bins = WINDOW // 2 + 1
    edges = _from_mel(np.linspace(_to_mel(LOWEST), _to_mel(rate / 2), rows + 2)) / (rate / WINDOW)
    centre, below, above = edges[1:-1, None], edges[:-2, None], edges[2:, None]
    number = np.arange(bins)[None, :]
    rising = (number - below) / np.maximum(centre - below, 1.0)
    falling = (above - number) / np.maximum(above - centre, 1.0)
    weights = np.clip(np.minimum(rising, falling), 0, None)
    nearest = np.abs(number - centre)
    between = np.clip(1 - nearest, 0, None)
    weights = np.where(weights.sum(1, keepdims=True) > 0, weights, between)
    return (weights / np.maximum(weights.sum(1, keepdims=True), 1e-9)).astype(np.float32)


def _to_mel(hertz: float | np.ndarray) -> float | np.ndarray:
    return 2595 * np.log10(1 + np.asarray(hertz) / 700)


def _from_mel(mel: np.ndarray) -> np.ndarray:
    return 700 * (10 ** (mel / 2595) - 1)
