"""Invented vectors for the tests of the map: clusters of low dimension, as encoders make them."""

from __future__ import annotations

import numpy as np


def cloud(count: int, dimension: int = 32, topics: int = 8, seed: int = 0) -> np.ndarray:
    """Unit vectors float32 (count, dimension) in `topics` clusters, each spread along four directions of its own."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((topics, dimension))
    directions = rng.standard_normal((topics, 4, dimension))
    topic = rng.integers(topics, size=count)
    along = np.einsum("nk,nkd->nd", rng.standard_normal((count, 4)), directions[topic])
    vectors = centres[topic] + 0.25 * along + 0.15 * rng.standard_normal((count, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def two_kinds(count: int, dimension: int = 32, apart: float = 0.7, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """`count` pairs of a picture (kind 0) and its words (kind 2), the words shifted `apart`: vectors (2 count, d) and kinds."""
    rng = np.random.default_rng(seed)
    pictures = cloud(count, dimension, seed=seed)
    shift = rng.standard_normal(dimension)
    words = pictures + 0.05 * rng.standard_normal(pictures.shape) + apart * shift / np.linalg.norm(shift)
    vectors = np.vstack([pictures, words])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), np.repeat(np.array([0, 2], np.int8), count)
