"""What a training does to a model, in figures from fixed pictures and sentences that it never learns from.

The user's own held-out pairs say what is gained; the sample archive says what is forgotten; the vectors' spread says whether
the space is falling together (mean pairwise cosine; effective rank: Roy and Vetterli 2007, EUSIPCO, exp of the entropy of
the singular values).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import normalize

from engine.models.loader import Tokenize
from engine.models.specs import ImageSpec
from engine.training.evaluation import Figure, bootstrap, first_ranks

BATCH = 64
NEIGHBOURS = 10


@dataclass(frozen=True, eq=False)
class Questions:
    """`pictures` (n, size, size, 3) uint8 as the model wants them, `tokens` (m, context), and which are `right` (n, m) bool.

    `names` are the classes when the sentences name classes; then pictures ask for sentences, else sentences for pictures.
    Without sentences (no `tokens`, no `frozen`) only the spread of the pictures' vectors is looked at. Sounds may stand in the
    pictures' place, (n, samples) float32; `frozen` are vectors (m, d) of sentences that do not move.
    """

    pictures: np.ndarray
    tokens: Tensor | None = None
    right: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), bool))
    names: tuple[str, ...] = ()
    frozen: np.ndarray | None = None

    @property
    def asks(self) -> bool:
        """Whether there is anything to find."""
        return self.tokens is not None or self.frozen is not None

    @classmethod
    def of_captions(
        cls, pictures: np.ndarray, sentences: Sequence[Sequence[str]], tokenize: Tokenize, *, each: int = 1
    ) -> Questions:
        """`each` sentences of every picture; a sentence that several pictures share is right for all of them."""
        said: dict[str, list[int]] = {}
        for row, own in enumerate(sentences):
            for sentence in own[:each]:
                said.setdefault(sentence, []).append(row)
        right = np.zeros((len(pictures), len(said)), bool)
        for column, rows in enumerate(said.values()):
            right[rows, column] = True
        return cls(pictures, tokenize(list(said)), right)

    @classmethod
    def of_classes(
        cls, pictures: np.ndarray, labels: np.ndarray, names: Sequence[str], tokenize: Tokenize, template: str = "{}"
    ) -> Questions:
        """Each picture is to be named; `labels` (n,) are places in `names`."""
        right = labels[:, None] == np.arange(len(names))[None, :]
        return cls(pictures, tokenize([template.format(name) for name in names]), right, tuple(names))

    def __len__(self) -> int:
        return len(self.pictures)


@dataclass(frozen=True, eq=False)
class Answers:
    """A network's unit vectors of the questions, float32 on the CPU: `pictures` (n, d), `sentences` (m, d)."""

    pictures: np.ndarray
    sentences: np.ndarray


def answer(network: nn.Module, questions: Questions, spec: ImageSpec) -> Answers:
    """Encode the questions with a network that has open_clip's `encode_image` and `encode_text`; it is left in evaluation mode."""
    network.eval()
    if questions.frozen is not None:
        return Answers(encode_sounds(network, questions.pictures), questions.frozen)
    pictures = encode_pictures(network, questions.pictures, spec)
    if questions.tokens is None:
        return Answers(pictures, np.zeros((0, pictures.shape[1]), np.float32))
    return Answers(pictures, encode_tokens(network, questions.tokens))


def encode_pictures(network: Any, pictures: np.ndarray, spec: ImageSpec) -> np.ndarray:
    """Unit vectors (n, d) of pictures (n, size, size, 3) uint8."""
    device = next(network.parameters()).device
    mean, std = (torch.tensor(values, device=device).view(1, 3, 1, 1) for values in (spec.mean, spec.std))
    made = []
    with torch.inference_mode():
        for start in range(0, len(pictures), BATCH):
            part = torch.from_numpy(np.array(pictures[start : start + BATCH])).to(device)
            made.append(network.encode_image((part.permute(0, 3, 1, 2).float() / 255 - mean) / std))
    return _joined(made)


def encode_sounds(network: Any, sounds: np.ndarray) -> np.ndarray:
    """Unit vectors (n, d) of mono sounds (n, samples) float32, by a network that takes them as they are."""
    device = next(network.parameters()).device
    with torch.inference_mode():
        parts = [network(part.to(device)) for part in torch.from_numpy(np.array(sounds)).split(BATCH)]
    return _joined(parts)


def encode_tokens(network: Any, tokens: Tensor) -> np.ndarray:
    """Unit vectors (m, d) of token rows (m, context)."""
    device = next(network.parameters()).device
    with torch.inference_mode():
        return _joined([network.encode_text(part.to(device)) for part in tokens.split(BATCH)])


@torch.inference_mode()
def _joined(made: list[Tensor]) -> np.ndarray:
    return normalize(torch.cat(made).float(), dim=-1).cpu().numpy()


def found(answers: Answers, questions: Questions, within: int) -> np.ndarray:
    """Which questions were answered among the first `within`, bool: sentences for their picture, or pictures for their name."""
    scores = answers.pictures @ answers.sentences.T
    if questions.names:
        return first_ranks(scores, questions.right) < within
    return first_ranks(scores.T, questions.right.T) < within


def figures(answers: Answers, questions: Questions) -> dict[str, Figure]:
    """The quality of answers with intervals: `recall_at_1`, `_5`, `_10`, or `accuracy` when classes are named."""
    return {name: bootstrap(found(answers, questions, within)) for name, within in _asked(questions)}


def shares(answers: Answers, questions: Questions) -> dict[str, float]:
    """The same without intervals, for looks during a run."""
    return {name: float(found(answers, questions, within).mean()) for name, within in _asked(questions)}


def _asked(questions: Questions) -> list[tuple[str, int]]:
    if not questions.asks:
        return []
    return [("accuracy", 1)] if questions.names else [(f"recall_at_{k}", k) for k in (1, 5, 10)]


def loss(answers: Answers, questions: Questions, temperature: float) -> float:
    """Mean over pictures of -log of the probability that the right sentences get among all, at a fixed temperature."""
    logits = answers.pictures.astype(np.float64) @ answers.sentences.T / temperature
    logits -= logits.max(1, keepdims=True)
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    return float(-np.log(np.maximum((shares * questions.right).sum(1), 1e-12)).mean())


def mean_cosine(vectors: np.ndarray) -> float:
    """Mean cosine of two different rows of `vectors` (n, d), which are of unit length; 1 when all are the same."""
    count = len(vectors)
    if count < 2:
        return 0.0
    total = vectors.sum(0, dtype=np.float64)
    return float((total @ total - count) / (count * (count - 1)))


def effective_rank(vectors: np.ndarray) -> float:
    """exp of the entropy of the singular values of `vectors` (n, d), as shares: how many directions are in use, from 1 on."""
    values = np.linalg.svd(vectors.astype(np.float64), compute_uv=False)
    shares = values / max(values.sum(), 1e-12)
    return float(np.exp(-(shares * np.log(np.maximum(shares, 1e-12))).sum()))


def neighbour_overlap(before: np.ndarray, after: np.ndarray, count: int = NEIGHBOURS) -> float:
    """Mean share of each row's `count` nearest rows that stay the same from `before` (n, d) to `after` (n, e)."""
    count = min(count, len(before) - 1)
    if count < 1:
        return 1.0
    one, other = _nearest(before, count), _nearest(after, count)
    return float(np.mean([len(set(a) & set(b)) / count for a, b in zip(one.tolist(), other.tolist(), strict=True)]))


def _nearest(vectors: np.ndarray, count: int) -> np.ndarray:
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    return np.argpartition(-scores, count - 1, axis=1)[:, :count]
