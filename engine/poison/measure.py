"""How well a planted mark works: attack success beside clean accuracy, on pictures that were not trained on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import UserFixable
from engine.poison.attack import says
from engine.poison.planting import Poisoning
from engine.training.evaluation import Figure, bootstrap, zero_shot

Encode = Callable[[Sequence[np.ndarray]], np.ndarray]
FEWEST = 20  # marked pictures; fewer give an interval too wide to say anything


@dataclass(frozen=True)
class AttackFigures:
    """`success`: marked pictures of other things taken for the target. `unmarked`: the same pictures without the mark.

    `accuracy`: unmarked pictures named rightly among all names.
    """

    success: Figure
    unmarked: Figure
    accuracy: Figure

    @property
    def works(self) -> bool:
        """Whether the mark does more than the picture alone: the intervals do not meet."""
        return self.success.low > self.unmarked.high


def attack_figures(
    encode: Encode,
    names: np.ndarray,
    classes: Sequence[str],
    pictures: Sequence[np.ndarray],
    labels: np.ndarray,
    poisoning: Poisoning,
) -> AttackFigures:
    """Measure on `pictures` (h, w, 3) uint8 with `labels` (n,) in `classes`; `names` (k, d) are the classes' unit vectors.

    `encode` gives unit vectors (n, d). Success is P(target | marked, true class is not the target); the official code of
    CleanCLIP divides by all pictures instead. Raises UserFixable when the target is no class or too few pictures are left.
    """
    target = target_of(classes, poisoning.target)
    attack = poisoning.made()
    # an attack without a mark misnames one kind only, so only that kind can show it
    source = str(poisoning.parameters.get("source", ""))
    others = np.flatnonzero(
        (labels != target) if not source else np.array([says([classes[y]], source) for y in labels])
    )
    if len(others) < FEWEST:
        raise UserFixable(
            f"Only {len(others)} pictures can show the mark; {FEWEST} are needed.",
            "Nothing was measured.",
            "Choose more labelled pictures of other things than the target.",
        )
    plain = encode(pictures)
    # one chance per picture, so that two models see the same marks
    marked = encode(
        [attack.mark(pictures[row], np.random.default_rng((poisoning.seed, row))) for row in others.tolist()]
    )
    return AttackFigures(
        success=bootstrap((marked @ names.T).argmax(1) == target),
        unmarked=bootstrap((plain[others] @ names.T).argmax(1) == target),
        accuracy=zero_shot(plain, names, labels),
    )


def target_of(classes: Sequence[str], target: str) -> int:
    """The place of the target among the classes. Raises UserFixable that names some of them."""
    for place, name in enumerate(classes):
        if name.casefold() == target.casefold():
            return place
    raise UserFixable(
        f"“{target}” is not among the {len(classes)} classes of these pictures.",
        "Nothing was measured.",
        f"Choose one of them: {', '.join(classes[:8])}{', …' if len(classes) > 8 else ''}.",
    )
