"""How much evidence it takes, in one space, for the odds of a hit to be even: weak models need more, and pictures more than texts.

A model's card may say it (`card.json`, "even_odds": asked kind -> found kind -> evidence), as measured on labelled material the model
never saw. For models that do not, the figures below hold: they lie on the careful side of what was measured with small models.
`python -m tests.benchmarks.bands --fit` measures a model's figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.values import KINDS, Kind

if TYPE_CHECKING:
    from engine.models.encoder import Encoder

Odds = Mapping[Kind, float]
IN_WORDS: Odds = {"image": 3.3, "audio": 2.2, "text": 1.4}
LIKE_ITSELF = 2.5  # an example and items of its own kind
ACROSS = 3.0  # an example and items of another kind
EASIEST, HARDEST = 0.0, 8.0
FEWEST_QUESTIONS = 3  # with a likely hit, for a figure to mean anything


def even_odds(encoder: Encoder, asked: Kind) -> dict[Kind, float]:
    """Evidence at which one in two hits of each kind fits a question asked in `asked`."""
    told = _told(encoder.folder.card.get("even_odds"), asked)
    return {kind: told.get(kind, _usual(asked, kind)) for kind in KINDS}


def fitted(questions: Sequence[tuple[np.ndarray, np.ndarray]]) -> float | None:
    """The least figure under which the likely hits of labelled questions fit as often as is said of them.

    For each question the evidence (n,) of its hits and whether each fits (n,) bool. Only what is called likely counts: that is the
    promise, and far more hits have too little evidence to matter. None when hardly any question has a likely hit at all.
    """
    from engine.retrieval.bands import LIKELY_FROM, chance

    for figure in np.arange(EASIEST, HARDEST, 0.1):
        stated, true = [], []
        for evidence, fits in questions:
            chances = chance(evidence, float(figure))
            likely = chances >= LIKELY_FROM
            if likely.any():
                stated.append(chances[likely].mean())
                true.append(fits[likely].mean())
        if len(true) < FEWEST_QUESTIONS:
            return None if figure == EASIEST else HARDEST
        if np.mean(true) >= np.mean(stated):
            return round(float(figure), 2)
    return HARDEST


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
