"""What sets a choice of pictures apart, in words: few named concepts with weights, from a list that can be edited.

Semenov et al. 2024 (Sparse-CBM, arXiv:2404.03323) put a layer of concepts between pictures and labels. As the seeds' check found their
released sparse loss to spread weights instead, ours is the plain way: concept scores (cosines with the concept's words) are standardised
over the archive, and a logistic model with an L1 penalty, whose strength is chosen by the number of concepts wanted, tells the choice from the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np

from engine.diagnostics import diagnostic
from engine.errors import UserFixable
from engine.evidence import Evidence, Measure, Measures, Table
from engine.registry import Describe
from engine.values import Filter

if TYPE_CHECKING:
    from engine.diagnostics.subject import Subject
    from engine.jobs.progress import Progress

LIST = Path(__file__).resolve().parents[2] / "resources" / "words.txt"
FEWEST = 3
MOST_REST = 5_000
MOST_CONCEPTS = 5_000
PROMPT = "a photo of {}"
STEPS = 200


@dataclass(frozen=True, eq=False)
class Sparse:
    """A sparse logistic model: weights (K,), and its share of right answers on the two sides, weighted alike."""

    weights: np.ndarray
    bias: float
    accuracy: float


@diagnostic("concepts", paper="arXiv:2404.03323", needs=("image",))
@dataclass(frozen=True)
class Concepts:
    """Name the few concepts that set the chosen pictures apart from the rest."""

    most: Annotated[int, Describe("Concepts at most", "Fewer are easier to read; more tell apart better.", 1, 200)] = 12
    words: Annotated[str, Describe("Concepts", "Separated by commas; empty for the built-in list.")] = ""
    without: Annotated[str, Describe("Leave out", "Concepts that shall not count, separated by commas.")] = ""

    def measure(self, subject: Subject, progress: Progress) -> Evidence:
        """Raises `UserFixable` when too little is chosen, or everything is."""
        chosen, inside = subject.enough("image", FEWEST)
        rest = np.setdiff1d(np.sort(subject.engine.items.ids(Filter(kinds=("image",)))), chosen)
        if len(rest) > MOST_REST:
            rest = np.sort(subject.random().permutation(rest)[:MOST_REST])
        rest, outside = subject.vectors(rest)
        if len(rest) < FEWEST:
            raise UserFixable(
                "Everything is chosen, so there is nothing to set it apart from.",
                "Nothing was measured.",
                "Choose a tag, a lasso or a folder.",
            )
        names = self._names()
        progress.start(3, "steps", "Reading concepts")
        encoder = subject.encoder()
        meant = encoder.encode_texts([PROMPT.format(name) for name in names])
        progress.step()
        both = np.concatenate([inside, outside])
        scores = both @ meant.T
        scores = (scores - scores.mean(axis=0)) / np.maximum(scores.std(axis=0), 1e-6)
        truth = np.repeat([1.0, 0.0], [len(inside), len(outside)])
        sparse = few_concepts(scores, truth, self.most)
        progress.step()
        order = np.argsort(-np.abs(sparse.weights), kind="stable")
        order = order[np.abs(sparse.weights[order]) > 0]
        difference = scores[: len(inside)].mean(axis=0) - scores[len(inside) :].mean(axis=0)
        rows = tuple((names[n], float(sparse.weights[n]), float(difference[n])) for n in order)
        table = Table(
            "Concepts",
            ("Concept", "Weight", "Spreads more than the rest"),
            rows,
            right=(1, 2),
            note="Below 0: what the chosen pictures have less of.",
        )
        typical = np.argsort(-(scores[: len(inside)] @ sparse.weights), kind="stable")
        told = tuple((_strongest(scores[n], sparse.weights, names),) for n in typical[:24])
        pictures = Table(
            "Most and least typical first", ("Strongest concepts",), told, tuple(int(chosen[n]) for n in typical[:24])
        )
        numbers = Measures(
            "How well it tells them apart",
            (
                Measure(
                    "accuracy",
                    "Told apart",
                    100 * sparse.accuracy,
                    f"{len(inside):,} chosen from {len(outside):,} others; chance 50",
                    scale=(50, 100),
                    unit=" %",
                ),
                Measure(
                    "concepts",
                    "Concepts",
                    float(len(order)),
                    f"of {len(names):,} in the list",
                    scale=(0, float(max(1, self.most))),
                ),
            ),
        )
        progress.step()
        first = ", ".join(row[0] for row in rows[:3] if row[1] > 0) or "nothing in the list"
        return Evidence(f"What sets them apart: {first}", (table, numbers, pictures))

    def _names(self) -> list[str]:
        listed = self.words.split(",") if self.words.strip() else LIST.read_text("utf-8").splitlines()
        left_out = {word.strip().lower() for word in self.without.split(",")}
        names = list(dict.fromkeys(word.strip() for word in listed if word.strip() and not word.startswith("#")))
        names = [name for name in names if name.lower() not in left_out][:MOST_CONCEPTS]
        if len(names) < 2:
            raise UserFixable("At least two concepts are needed.", "Nothing was measured.", "Add words to the list.")
        return names


def few_concepts(scores: np.ndarray, truth: np.ndarray, most: int) -> Sparse:
    """A logistic model on standardised scores (n, K) with at most `most` weights that are not 0; both sides weigh alike."""
    weight = np.where(truth > 0, 0.5 / truth.sum(), 0.5 / (1 - truth).sum())
    high = float(np.abs(scores.T @ (weight * (truth - 0.5))).max())
    low, best = 1e-4 * high, _fitted(scores, truth, weight, high)
    for _ in range(14):  # the weakest penalty that leaves few enough
        middle = float(np.sqrt(low * high))
        tried = _fitted(scores, truth, weight, middle)
        if (np.abs(tried.weights) > 0).sum() <= most:
            high, best = middle, tried
        else:
            low = middle
    return best


def _fitted(scores: np.ndarray, truth: np.ndarray, weight: np.ndarray, penalty: float) -> Sparse:
    """FISTA (Beck & Teboulle 2009)."""
    count = scores.shape[1]
    weights, bias = np.zeros(count), 0.0
    ahead, ahead_bias, speed = weights.copy(), 0.0, 1.0
    step = 4.0 / (float(np.linalg.norm(scores * np.sqrt(weight)[:, None], 2) ** 2) + 1.0)
    for _ in range(STEPS):
        wrong = weight * (1 / (1 + np.exp(-np.clip(scores @ ahead + ahead_bias, -30, 30))) - truth)
        moved = ahead - step * (scores.T @ wrong)
        fresh = np.sign(moved) * np.maximum(np.abs(moved) - step * penalty, 0)
        fresh_bias = ahead_bias - step * float(wrong.sum())
        faster = (1 + np.sqrt(1 + 4 * speed**2)) / 2
        ahead = fresh + (speed - 1) / faster * (fresh - weights)
        ahead_bias = fresh_bias + (speed - 1) / faster * (fresh_bias - bias)
        weights, bias, speed = fresh, fresh_bias, faster
    right = ((scores @ weights + bias) > 0) == (truth > 0)
    return Sparse(weights, bias, float((weight * right).sum()))


def _strongest(scores: np.ndarray, weights: np.ndarray, names: list[str]) -> str:
    worth = scores * weights
    order = np.argsort(-worth, kind="stable")[:4]
    return ", ".join(names[n] for n in order if worth[n] > 0) or "none"
