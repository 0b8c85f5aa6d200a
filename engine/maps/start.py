"""Where points begin before the descent: the plane in which the vectors vary most."""

from __future__ import annotations

import numpy as np

from engine.maps.projection import leading_axes

SPREAD = 10.0  # half the width of a starting layout, as in umap-learn


def plane(vectors: np.ndarray, seed: int = 0) -> np.ndarray:
    """Positions (n, 2) float32 on the first two principal axes of `vectors` (n, d), scaled to ±`SPREAD`.

    Identical vectors get identical positions.
    """
    centre, axes = leading_axes(vectors, 2, seed)
    positions = (np.asarray(vectors, np.float32) - centre) @ axes
    widest = np.abs(positions).max(initial=0)
    return (positions * (SPREAD / widest if widest > 0 else 0)).astype(np.float32)
