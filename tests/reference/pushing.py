"""What spreads vectors, weighs negatives or mixes targets, as plain sums; see contrast.py."""

from __future__ import annotations

import itertools
import math

from torch import Tensor

from tests.reference.contrast import dot, log_softmax_at, one_way, units


def decoupled(anchors: Tensor, partners: Tensor, temperature: float, sigma: float | None = None) -> float:
    """Equation 6 of arXiv:2110.06848 for pairs, mean of both directions; with the weights of its equation 7 if sigma."""
    a, b, total = units(anchors), units(partners), 0.0
    n = len(a)
    powers = [math.exp(dot(a[i], b[i]) / sigma) if sigma else 1.0 for i in range(n)]
    for i in range(n):
        weight = 2 - n * powers[i] / sum(powers)
        for x, y in ((a, b), (b, a)):
            pushed = sum(math.exp(dot(x[i], y[j]) / temperature) for j in range(n) if j != i)
            total += math.log(pushed) - weight * dot(x[i], y[i]) / temperature
    return total / (2 * n)


def decoupled_views(first: Tensor, second: Tensor, temperature: float, sigma: float | None = None) -> float:
    z, n, total = units(first) + units(second), len(first), 0.0
    powers = [math.exp(dot(z[i], z[i + n]) / sigma) if sigma else 1.0 for i in range(n)]
    for i in range(2 * n):
        weight = 2 - n * powers[i % n] / sum(powers)
        pushed = sum(math.exp(dot(z[i], z[k]) / temperature) for k in range(2 * n) if k % n != i % n)
        total += math.log(pushed) - weight * dot(z[i], z[(i + n) % (2 * n)]) / temperature
    return total / (2 * n)


def cwcl(trained: Tensor, frozen: Tensor, temperature: float) -> float:
    """Equations 3 and 4 of arXiv:2309.14580: rows of frozen items carry the weights, the other way has one positive."""
    p, q = units(trained), units(frozen)
    weights = [[(dot(x, y) / 2 + 0.5) for y in q] for x in q]
    shares = [[value / sum(row) for value in row] for row in weights]
    own = [[float(i == j) for j in range(len(p))] for i in range(len(p))]
    return one_way(q, p, shares, temperature) + one_way(p, q, own, temperature)


def squared_distance(a: list[float], b: list[float]) -> float:
    return sum((x - y) ** 2 for x, y in zip(a, b, strict=True))


def alignment(anchors: Tensor, partners: Tensor) -> float:
    pairs = list(zip(units(anchors), units(partners), strict=True))
    return sum(squared_distance(a, b) for a, b in pairs) / len(pairs)


def uniformity(vectors: Tensor, reach: float) -> float:
    pairs = list(itertools.combinations(units(vectors), 2))
    return math.log(sum(math.exp(-reach * squared_distance(a, b)) for a, b in pairs) / len(pairs))


def cross_uniformity(anchors: Tensor, partners: Tensor, reach: float) -> float:
    a, b = units(anchors), units(partners)
    powers = [math.exp(-reach * squared_distance(a[i], b[j])) for i in range(len(a)) for j in range(len(b)) if i != j]
    return math.log(sum(powers) / len(powers))


def symile(parts: list[Tensor], scale: float) -> float:
    """Every combination of the other kinds' rows is a candidate; the one of the anchor's own record is right."""
    kinds, n, total = [units(part) for part in parts], len(parts[0]), 0.0
    for place, anchor in enumerate(kinds):
        others = kinds[:place] + kinds[place + 1 :]
        combinations = list(itertools.product(range(n), repeat=len(others)))
        for i in range(n):
            scores = []
            for rows in combinations:
                chosen = [anchor[i], *(other[row] for other, row in zip(others, rows, strict=True))]
                scores.append(scale * sum(math.prod(numbers) for numbers in zip(*chosen, strict=True)))
            total -= log_softmax_at(combinations.index((i,) * len(others)), scores)
    return total / (n * len(kinds))


def mixed(mixed_rows: Tensor, columns: Tensor, order: list[int], shares: list[float], temperature: float) -> float:
    """L_mix of arXiv:2409.17777 one way round, the mean of rows and columns."""
    x, y = units(mixed_rows), units(columns)
    n, total = len(x), 0.0
    for i in range(n):
        row = [dot(x[i], other) / temperature for other in y]
        total -= shares[i] * log_softmax_at(i, row) + (1 - shares[i]) * log_softmax_at(order[i], row)
        for j, share in ((i, shares[i]), (order[i], 1 - shares[i])):
            total -= share * log_softmax_at(i, [dot(other, y[j]) / temperature for other in x])
    return total / (2 * n)


def divergence_of_rows(
    former: list[list[float]], present: list[list[float]], temperature: float, *, filtered: bool
) -> float:
    """Mean over rows of KL(softmax(former / t) || softmax(present / t)); rows whose largest is not their own count as 0."""
    total = 0.0
    for i, (before, now) in enumerate(zip(former, present, strict=True)):
        if filtered and before.index(max(before)) != i:
            continue
        before, now = [x / temperature for x in before], [x / temperature for x in now]
        for j in range(len(before)):
            log = log_softmax_at(j, before)
            total += math.exp(log) * (log - log_softmax_at(j, now))
    return total / len(former)
