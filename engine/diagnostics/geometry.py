"""Numbers that describe how unit vectors lie on their sphere. Plain functions of float arrays; every sum in float64."""

from __future__ import annotations

import numpy as np

BLOCK = 1024


def alignment(left: np.ndarray, right: np.ndarray) -> float:
    """Mean squared distance of matching rows (Wang & Isola 2020, arXiv:2005.10242, alpha 2). 0 to 4; smaller is closer."""
    return float(np.mean(np.sum((left.astype(np.float64) - right.astype(np.float64)) ** 2, axis=1)))


def uniformity(vectors: np.ndarray) -> float:
    """log of the mean over i < j of exp(-2 |x_i - x_j|^2) (arXiv:2005.10242, t 2). 0: one point; lower: spread."""
    count, total = len(vectors), 0.0
    rows = vectors.astype(np.float64)
    squares = np.sum(rows**2, axis=1)
    for start in range(0, count, BLOCK):
        block = rows[start : start + BLOCK]
        distances = squares[start : start + BLOCK, None] + squares[None, start:] - 2 * block @ rows[start:].T
        kernel = np.exp(-2 * np.maximum(distances, 0))
        total += float(np.triu(kernel, 1).sum())
    return float(np.log(total / (count * (count - 1) / 2)))


def effective_rank(vectors: np.ndarray) -> tuple[float, np.ndarray]:
    """(exp of the entropy of the centred matrix's singular values, Roy & Vetterli 2007; the values, largest first)."""
    centred = vectors.astype(np.float64) - vectors.astype(np.float64).mean(axis=0)
    values = np.sqrt(np.maximum(np.linalg.eigvalsh(centred.T @ centred)[::-1], 0))
    if values[0] < 1e-9 * max(1.0, np.sqrt(len(vectors))):  # all vectors are the same
        return 1.0, values
    share = values / values.sum()
    share = share[share > 1e-12]
    return float(np.exp(-np.sum(share * np.log(share)))), values


def neighbours(vectors: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(rows of the `count` nearest others of each row, their cosines float32), both (n, count), nearest first; ties by row."""
    n = len(vectors)
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    found = np.empty((n, count), np.int64)
    near = np.empty((n, count), np.float32)
    for start in range(0, n, BLOCK):
        cosines = rows[start : start + BLOCK] @ rows.T
        own = np.arange(len(cosines))
        cosines[own, start + own] = -np.inf
        part = np.argpartition(-cosines, count - 1, axis=1)[:, :count]
        part.sort(axis=1)
        values = np.take_along_axis(cosines, part, axis=1)
        order = np.argsort(-values, axis=1, kind="stable")
        found[start : start + BLOCK] = np.take_along_axis(part, order, axis=1)
        near[start : start + BLOCK] = np.take_along_axis(values, order, axis=1)
    return found, near


def occurrences(found: np.ndarray) -> np.ndarray:
    """In how many lists of nearest rows each row stands, int64 (n,)."""
    return np.bincount(found.ravel(), minlength=len(found))


def skewness(values: np.ndarray) -> float:
    """Third standardised moment; of `occurrences` it is the hubness of Radovanović et al. 2010 (JMLR 11)."""
    centred = values.astype(np.float64) - values.mean()
    spread = np.sqrt(np.mean(centred**2))
    return float(np.mean(centred**3) / spread**3) if spread > 0 else 0.0


def probe(left: np.ndarray, right: np.ndarray, random: np.random.Generator) -> float:
    """Share of held-out rows that a straight line tells apart: 0.5 mixed, 1.0 separate. Trained on one half, tested on the other."""
    count = min(len(left), len(right))
    rows = [random.permutation(len(side))[:count] for side in (left, right)]
    half = count // 2
    taught = np.concatenate([left[rows[0][:half]], right[rows[1][:half]]]).astype(np.float64)
    asked = np.concatenate([left[rows[0][half:]], right[rows[1][half:]]]).astype(np.float64)
    goal = np.repeat([1.0, -1.0], half)
    truth = np.repeat([1.0, -1.0], count - half)
    middle = taught.mean(axis=0)
    taught, asked = taught - middle, asked - middle
    gram = taught.T @ taught
    weights = np.linalg.solve(gram + 1e-2 * np.trace(gram) / len(gram) * np.eye(len(gram)), taught.T @ goal)
    return float(np.mean(np.sign(asked @ weights) == truth))
