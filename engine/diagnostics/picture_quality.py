"""Numbers for how good a picture is, from its largest thumbnail: blur, exposure, emptiness. And for sounds and texts from what is kept.

Blur after Crete et al. 2007 (“The blur effect”, SPIE 6492): how little a picture changes when it is blurred again; 0 sharp, 1 blurred. On
thumbnails only blur that shows at their size is measured; a large photo that is soft at its own pixels looks sharp here.
"""

from __future__ import annotations

import unicodedata
from collections import Counter

import numpy as np

LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)
WINDOW = 9  # pixels of the second blur, as in the paper
MOJIBAKE = ("Ã¤", "Ã¶", "Ã¼", "ÃŸ", "Ã©", "Ã¨", "Ã¡", "Ã±", "â€", "Â°", "Â»", "ï¿½", "\ufffd")


def blur(picture: np.ndarray) -> float:
    """0 (sharp) to 1 of an RGB picture (h, w, 3) uint8; 1 where there is nothing to be sharp."""
    grey = picture.astype(np.float32) @ LUMINANCE
    found = []
    for axis in (0, 1):
        if grey.shape[axis] <= WINDOW:
            continue
        steps = np.abs(np.diff(grey, axis=axis))
        again = np.abs(np.diff(_smoothed(grey, axis), axis=axis))
        before = float(steps.sum())
        lost = float(np.maximum(0, steps - again).sum())
        found.append((before - lost) / before if before > 0 else 1.0)
    return max(found, default=1.0)


def exposure(picture: np.ndarray) -> tuple[float, float]:
    """(level that 95 % of the pixels stay below, level that 95 % stay above), 0 to 1: low and low is dark, high and high is bright."""
    grey = picture.astype(np.float32) @ LUMINANCE / 255
    return float(np.quantile(grey, 0.95)), float(np.quantile(grey, 0.05))


def content(picture: np.ndarray) -> float:
    """How much there is to see: the standard deviation of what a slope of light leaves, in levels 0 to 255."""
    from engine.diagnostics.same_picture import without_plane

    return float(max(without_plane(picture[..., channel].astype(np.float32)).std() for channel in range(3)))


def loudest(peaks: np.ndarray) -> float:
    """The loudest of a sound's peaks, 0 to 1."""
    return float(peaks.max()) if len(peaks) else 0.0


def clipped(peaks: np.ndarray) -> float:
    """Share of a sound's stretches that reach full scale."""
    return float((peaks >= 0.996).mean()) if len(peaks) else 0.0


def letters(words: str) -> int:
    """How many letters and digits a text has."""
    return sum(letter.isalnum() for letter in words)


def garbled(words: str) -> float:
    """Share of characters that no text should hold: marks of a wrong encoding, control characters, runs of symbols."""
    if not words:
        return 0.0
    wrong = 2 * sum(words.count(piece) for piece in MOJIBAKE)
    wrong += sum(unicodedata.category(letter) in ("Cc", "Cn", "Co") and letter not in "\n\r\t" for letter in words)
    symbols = sum(not (letter.isalnum() or letter.isspace() or letter in ".,;:!?'\"()-–—“”’/&%") for letter in words)
    return min(1.0, (wrong + max(0.0, symbols - 0.15 * len(words))) / len(words))


def script(words: str) -> str:
    """The script most letters of a text are of: “Latin”, “Cyrillic”, “CJK”, ...; empty without letters."""
    found: Counter[str] = Counter()
    for letter in words[:2_000]:
        if letter.isalpha():
            name = unicodedata.name(letter, "").split(" ")[0]
            found["CJK" if name in ("CJK", "HIRAGANA", "KATAKANA", "HANGUL") else name.capitalize()] += 1
    return found.most_common(1)[0][0] if found else ""


def _smoothed(grey: np.ndarray, axis: int) -> np.ndarray:
    """Mean over `WINDOW` pixels along one axis; edges go on."""
    half = WINDOW // 2
    pad = [(half + 1, half) if side == axis else (0, 0) for side in (0, 1)]
    summed = np.cumsum(np.pad(grey, pad, mode="edge").astype(np.float64), axis=axis)
    upper, lower = (summed[WINDOW:], summed[:-WINDOW]) if axis == 0 else (summed[:, WINDOW:], summed[:, :-WINDOW])
    return ((upper - lower) / WINDOW).astype(np.float32)
