"""The losses equal slow loops that follow the papers' sums term by term."""

from __future__ import annotations

import math

import torch

from engine.objectives.cosine_distance import cosine_distance
from engine.objectives.info_nce import info_nce
from engine.objectives.prototype_nce import prototype_nce


def rows(count: int, seed: int) -> torch.Tensor:
    return torch.randn(count, 6, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def cosine(a: torch.Tensor, b: torch.Tensor) -> float:
    return float(a @ b / (a.norm() * b.norm()))


def naive_one_way(
    anchors: torch.Tensor, partners: torch.Tensor, targets: list[list[float]], temperature: float
) -> float:
    """Mean over anchors of the cross-entropy between target shares and the softmax of cosines."""
    total = 0.0
    for i, anchor in enumerate(anchors):
        powers = [math.exp(cosine(anchor, partner) / temperature) for partner in partners]
        total -= sum(share * math.log(power / sum(powers)) for share, power in zip(targets[i], powers, strict=True))
    return total / len(anchors)


def test_info_nce_equals_the_papers_double_sum():
    anchors, partners = rows(5, 0), rows(5, 1)
    own = [[float(i == j) for j in range(5)] for i in range(5)]
    expected = (naive_one_way(anchors, partners, own, 0.2) + naive_one_way(partners, anchors, own, 0.2)) / 2
    assert math.isclose(float(info_nce(anchors, partners, temperature=0.2)), expected, rel_tol=1e-9)


def test_two_pictures_of_one_thing_are_not_pushed_apart():
    anchors, partners = rows(3, 2), rows(3, 3)
    targets = torch.tensor([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]], dtype=torch.float64)
    shares = [[0.5, 0.5, 0.0], [0.5, 0.5, 0.0], [0.0, 0.0, 1.0]]
    expected = (naive_one_way(anchors, partners, shares, 0.1) + naive_one_way(partners, anchors, shares, 0.1)) / 2
    assert math.isclose(float(info_nce(anchors, partners, targets=targets, temperature=0.1)), expected, rel_tol=1e-9)


def test_prototype_nce_equals_a_loop_over_names():
    anchors, prototypes, labels = rows(4, 4), rows(9, 5), torch.tensor([8, 0, 3, 3])
    shares = [[0.9 * (k == label) + 0.1 / 9 for k in range(9)] for label in labels.tolist()]
    expected = naive_one_way(anchors, prototypes, shares, 0.05)
    found = prototype_nce(anchors, prototypes, labels, temperature=0.05, smoothing=0.1)
    assert math.isclose(float(found), expected, rel_tol=1e-9)


def test_cosine_distance_equals_a_loop():
    anchors, partners = rows(4, 6), rows(4, 7)
    expected = sum(1 - cosine(a, b) for a, b in zip(anchors, partners, strict=True)) / 4
    assert math.isclose(float(cosine_distance(anchors, partners)), expected, rel_tol=1e-9)
