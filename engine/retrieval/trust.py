"""How much evidence it takes, in one space, for the odds of a hit to be even: weak models need more, and pictures more than texts.

A model's card may say it (`card.json`, "even_odds": asked kind -> found kind -> evidence), as measured on labelled material the model
never saw. For models that do not, the figures below hold: they lie on the careful side of what was measured with small models.
`python -m tests.benchmarks.bands --fit` measures a model's figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.values import KINDS, Kind

if TYPE_CHECKING:
    from engine.models.encoder import Encoder

Odds = Mapping[Kind, float]
IN_WORDS: Odds = {"image": 2.5, "audio": 2.2, "text": 1.4}
LIKE_ITSELF = 2.5  # an example and items of its own kind
ACROSS = 3.0  # an example and items of another kind
EASIEST, HARDEST = 0.0, 8.0


def even_odds(encoder: Encoder, asked: Kind) -> dict[Kind, float]:
    """Evidence at which one in two hits of each kind fits a question asked in `asked`."""
    told = _told(encoder.folder.card.get("even_odds"), asked)
    return {kind: told.get(kind, _usual(asked, kind)) for kind in KINDS}


def fitted(evidence: np.ndarray, fits: np.ndarray, weight: np.ndarray) -> float:
    """The figure under which labelled hits are most probable: `evidence` (n,), whether each `fits` (n,) bool, `weight` (n,)."""
    from engine.retrieval.bands import chance

    tried = np.arange(EASIEST, HARDEST + 0.01, 0.05)
    losses = []
    for figure in tried:
        chances = np.clip(chance(evidence, float(figure)), 1e-6, 1 - 1e-6)
        losses.append(-(weight * np.log(np.where(fits, chances, 1 - chances))).sum())
    return float(tried[int(np.argmin(losses))])


def _usual(asked: Kind, kind: Kind) -> float:
    if asked == "text":
        return IN_WORDS[kind]
    return LIKE_ITSELF if asked == kind else ACROSS


def _told(written: Any, asked: Kind) -> dict[Kind, float]:
    """What a card says of one kind of question; a card is a file from outside, so anything else is passed over."""
    figures = written.get(asked) if isinstance(written, dict) else None
    if not isinstance(figures, dict):
        return {}
    return {
        kind: min(max(float(figures[kind]), EASIEST), HARDEST)
        for kind in KINDS
        if isinstance(figures.get(kind), (int, float)) and not isinstance(figures.get(kind), bool)
    }
