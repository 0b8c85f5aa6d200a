"""Contrastive losses as double sums over Python numbers: no matrices, no broadcasting, no masks."""

from __future__ import annotations

import math
from collections.abc import Sequence

from torch import Tensor


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    return sum(x * y for x, y in zip(a, b, strict=True))


def unit(a: Sequence[float]) -> list[float]:
    length = math.sqrt(dot(a, a))
    return [x / length for x in a]


def units(rows: Tensor) -> list[list[float]]:
    return [unit(row) for row in rows.tolist()]


def log_softmax_at(place: int, scores: Sequence[float]) -> float:
    """log( exp(scores[place]) / sum exp(scores) ), the largest taken out first."""
    largest = max(scores)
    return scores[place] - largest - math.log(sum(math.exp(score - largest) for score in scores))


def one_way(
    rows: Sequence[Sequence[float]],
    columns: Sequence[Sequence[float]],
    shares: Sequence[Sequence[float]],
    temperature: float,
) -> float:
    """-(1/n) sum_i sum_j shares_ij log softmax_j(rows_i . columns / temperature), for unit rows and columns."""
    total = 0.0
    for row, wanted in zip(rows, shares, strict=True):
        scores = [dot(row, column) / temperature for column in columns]
        total -= sum(share * log_softmax_at(j, scores) for j, share in enumerate(wanted) if share)
    return total / len(rows)


def own(count: int, columns: int | None = None) -> list[list[float]]:
    """Each row means the column of its own number."""
    return [[float(i == j) for j in range(columns or count)] for i in range(count)]


def info_nce(anchors: Tensor, partners: Tensor, temperature: float) -> float:
    a, b = units(anchors), units(partners)
    return (one_way(a, b, own(len(a)), temperature) + one_way(b, a, own(len(a)), temperature)) / 2


def siglip(anchors: Tensor, partners: Tensor, temperature: float, bias: float) -> float:
    """Algorithm 1 of arXiv:2303.15343: -sum of log sigmoid(z_ij (t x_i . y_j + b)) / n, z = 1 on the diagonal, else -1."""
    x, y = units(anchors), units(partners)
    total = 0.0
    for i in range(len(x)):
        for j in range(len(y)):
            z = 1 if i == j else -1
            total += math.log1p(math.exp(-z * (dot(x[i], y[j]) / temperature + bias)))
    return total / len(x)


def in_modal(
    anchors: Tensor, partners: Tensor, anchor_views: Tensor, partner_views: Tensor, temperature: float
) -> float:
    n = len(anchors)
    images = one_way(units(anchors), units(anchor_views), own(n), temperature)
    texts = one_way(units(partners), units(partner_views), own(n), temperature)
    return (images + texts) / 2


def nt_xent(anchors: Tensor, anchor_views: Tensor, temperature: float) -> float:
    """Equation 1 of arXiv:2002.05709 over all 2n ordered positive pairs."""
    z, n = units(anchors) + units(anchor_views), len(anchors)
    total = 0.0
    for i in range(2 * n):
        j = (i + n) % (2 * n)
        others = [k for k in range(2 * n) if k != i]
        total -= log_softmax_at(others.index(j), [dot(z[i], z[k]) / temperature for k in others])
    return total / (2 * n)


def supervised(anchors: Tensor, labels: Tensor, temperature: float) -> float:
    """L_out of arXiv:2004.11362, the mean over the anchors that have a class mate."""
    z, classes = units(anchors), labels.tolist()
    losses = []
    for i in range(len(z)):
        others = [k for k in range(len(z)) if k != i]
        scores = [dot(z[i], z[k]) / temperature for k in others]
        mates = [place for place, k in enumerate(others) if classes[k] == classes[i]]
        if mates:
            losses.append(-sum(log_softmax_at(place, scores) for place in mates) / len(mates))
    return sum(losses) / len(losses) if losses else 0.0
