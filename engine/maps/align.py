"""Turn a new layout so that it lies on an old one as well as it can (orthogonal Procrustes with scale, Schönemann 1966)."""

from __future__ import annotations

import numpy as np


def align(positions: np.ndarray, old: np.ndarray, shared: np.ndarray | None = None) -> np.ndarray:
    """`positions` (n, 2) turned, mirrored, scaled and shifted to meet `old` (m, 2).

    `shared` (m,) says which row of `positions` is the same item as each row of `old`; the first m rows when None.
    """
    rows = np.arange(len(old)) if shared is None else shared
    if len(rows) < 3:
        return np.asarray(positions, np.float32)
    source = positions[rows].astype(np.float64)
    from_centre, to_centre = source.mean(axis=0), old.mean(axis=0, dtype=np.float64)
    source = source - from_centre
    target = old - to_centre
    left, strengths, right = np.linalg.svd(source.T @ target)
    turn = left @ right
    spread = float((source**2).sum())
    scale = float(strengths.sum()) / spread if spread > 0 else 1.0
    if scale <= 0:
        scale = 1.0
    return ((positions - from_centre) @ turn * scale + to_centre).astype(np.float32)
