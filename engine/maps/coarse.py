"""A first look at a large set: a small sample laid out in full, everything else at the middle of its nearest sampled points.

Shown while the neighbours of all points are searched, and the positions from which the full descent begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.maps.descent import descend
from engine.maps.graph import memberships
from engine.maps.joint import Joint
from engine.maps.neighbours import nearest
from engine.maps.placement import anchors
from engine.maps.projection import leading_axes
from engine.maps.start import plane

SAMPLE = 1_500
EPOCHS = 300
NEIGHBOURS = 15
HUNG_ON = 4  # sampled points that hold each of the others
AXES = 32  # leading axes in which those are searched
JITTER = 0.1  # of a layout unit, so that points with the same anchors come apart


def coarse(joint: Joint, pool: ThreadPoolExecutor, seed: int = 0) -> Iterator[np.ndarray]:
    """Yield `EPOCHS` times positions (n, 2) of all items, the last of which are a good start for a descent."""
    vectors = joint.common
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.choice(len(vectors), min(SAMPLE, len(vectors)), replace=False))
    centre, axes = leading_axes(vectors, min(AXES, vectors.shape[1]), seed)
    narrow = np.ascontiguousarray((vectors - centre) @ axes)
    near = nearest(narrow, np.ascontiguousarray(narrow[chosen]), HUNG_ON)
    hung = anchors(near.indices, memberships(near.distances, float(near.indices.shape[1]), self_first=False))
    jitter = rng.normal(0, JITTER, (len(vectors), 2)).astype(np.float32)
    graph = joint.part(chosen).graph(NEIGHBOURS, seed)
    for positions in descend(graph, plane(vectors[chosen], seed), epochs=EPOCHS, pool=pool, seed=seed):
        yield hung.middle(positions) + jitter
