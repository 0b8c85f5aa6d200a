"""The imitation term equals a loop over rows."""

from __future__ import annotations

import math

from engine.objectives.cosine_distance import cosine_distance
from tests.reference import contrast
from tests.support.vectors import waves


def test_equals_a_loop_over_rows():
    anchors, partners = waves(4, 6), waves(4, 6, 1)
    pairs = zip(contrast.units(anchors), contrast.units(partners), strict=True)
    expected = sum(1 - contrast.dot(a, b) for a, b in pairs) / 4
    assert math.isclose(float(cosine_distance(anchors, partners)), expected, rel_tol=1e-9)
