"""Naming among prototypes equals a loop over the names."""

from __future__ import annotations

import math

import torch

from engine.objectives.prototype_nce import prototype_nce
from tests.reference import contrast
from tests.support.vectors import waves


def test_equals_a_loop_over_names():
    anchors, prototypes, labels = waves(4, 6), waves(9, 6, 1), torch.tensor([8, 0, 3, 3])
    shares = [[0.9 * (k == label) + 0.1 / 9 for k in range(9)] for label in labels.tolist()]
    expected = contrast.one_way(contrast.units(anchors), contrast.units(prototypes), shares, 0.05)
    found = prototype_nce(anchors, prototypes, labels, temperature=0.05, smoothing=0.1)
    assert math.isclose(float(found), expected, rel_tol=1e-9)
