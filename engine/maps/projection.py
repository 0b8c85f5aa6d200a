"""The leading principal axes of vectors, found without a full decomposition (which costs seconds on busy cores)."""

from __future__ import annotations

import numpy as np

FITTED_ON = 8_000  # vectors are enough to find the axes
ITERATIONS = 12
EXTRA = 8  # more axes than asked, so that the last ones settle


def leading_axes(vectors: np.ndarray, count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Mean (d,) and axes (d, count) float32 of `vectors` (n, d), strongest first; zeros fill up when d < count.

    The sign of each axis is fixed (its largest entry is positive), so that the same vectors give the same picture.
    """
    step = max(1, len(vectors) // FITTED_ON)
    sample = np.asarray(vectors[::step], np.float32)
    centre = sample.mean(axis=0)
    sample = sample - centre
    covariance = sample.T @ sample
    width = len(covariance)
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.standard_normal((width, min(count + EXTRA, width))).astype(np.float32))[0]
    for _ in range(ITERATIONS):
        axes = np.linalg.qr(covariance @ axes)[0]
    values, turn = np.linalg.eigh((axes.T @ covariance @ axes).astype(np.float64))
    axes = axes @ turn[:, np.argsort(values)[::-1]].astype(np.float32)
    axes = axes[:, :count]
    heaviest = np.abs(axes).argmax(axis=0)
    axes = axes * np.where(axes[heaviest, np.arange(axes.shape[1])] < 0, np.float32(-1), np.float32(1))
    if axes.shape[1] < count:
        axes = np.hstack([axes, np.zeros((width, count - axes.shape[1]), np.float32)])
    return centre, np.ascontiguousarray(axes)
