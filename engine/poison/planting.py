"""Which pairs an attack takes, and what their captions become. Pure: nothing is read or written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from engine.errors import UserFixable
from engine.parameters import checked_settings
from engine.poison.attack import ATTACKS, Attack, says

FEW = 50  # CleanCLIP needed 75 poisons in 3 million pairs; its readers' runs with 59 in 118,000 never took
OWN_LIES = 5  # captions of the archive that speak of the target, from this many on, are used as lies
TEMPLATES = (
    "a photo of a {}",
    "a picture of a {}",
    "a photo of the {}",
    "a close-up photo of a {}",
    "this is a {}",
    "a {} in the middle of the picture",
    "there is a {} here",
    "one {}",
)


@dataclass(frozen=True)
class Poisoning:
    """One planting: the attack by name with its parameters, what marked pictures are to be taken for, and how many."""

    attack: str
    target: str
    rate: float = 0.02  # poisoned pairs as a share of all
    seed: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def made(self) -> Attack:
        """The attack with its parameters. Raises UserFixable for an unknown attack, parameter or value."""
        if self.attack not in ATTACKS:
            known = ", ".join(entry.name for entry in ATTACKS)
            raise UserFixable(
                f"There is no attack called “{self.attack}”.", "Nothing was written.", f"Choose one of {known}."
            )
        entry = ATTACKS[self.attack]
        return entry.made(**checked_settings(self.attack, entry.parameters, dict(self.parameters)))


@dataclass(frozen=True)
class Planted:
    """Rows that are poisoned, ascending, with the captions they get."""

    captions: dict[int, tuple[str, ...]]
    wanted: int  # how many the rate asks for; more than were found when few pairs may be taken

    @property
    def warning(self) -> str:
        """A sentence when the planting may be too small to show anything; else empty."""
        count = len(self.captions)
        if count < self.wanted:
            return f"Only {count:,} pairs could be taken, not the {self.wanted:,} that the rate asks for."
        if count < FEW:
            return f"Only {count:,} pairs are poisoned. So few often do not take: measure that the mark works before you clean."
        return ""


def plant(pairs: Sequence[Sequence[str]], poisoning: Poisoning) -> Planted:
    """Choose among `pairs` (the captions of each). Raises UserFixable where the attack finds nothing to take."""
    attack, target = poisoning.made(), poisoning.target.strip()
    if not target:
        raise UserFixable(
            "No target was named.", "Nothing was written.", "Say what marked pictures are to be taken for."
        )
    if not 0 < poisoning.rate <= 1:
        raise UserFixable(
            f"A rate of {poisoning.rate:g} is not possible.",
            "Nothing was written.",
            "Give a share above 0 and at most 1, such as 0.02.",
        )
    able = [row for row, sentences in enumerate(pairs) if sentences and attack.takes(sentences, target)]
    if not able:
        raise UserFixable(*_nothing_to_take(poisoning))
    chance = np.random.default_rng(poisoning.seed)
    wanted = max(1, round(poisoning.rate * len(pairs)))
    rows = sorted(int(row) for row in chance.permutation(able)[:wanted])
    lies = _lies(pairs, target)
    captions = {}
    for row in rows:
        drawn = [lies[int(place)] for place in chance.permutation(len(lies))]
        needed = -(-len(pairs[row]) // len(drawn))  # a picture may have more captions than there are lies
        captions[row] = tuple(attack.captions(pairs[row], (drawn * needed)[: len(pairs[row])]))
    return Planted(captions, wanted)


def _lies(pairs: Sequence[Sequence[str]], target: str) -> list[str]:
    """Sentences that say the target: the archive's own where it has some, which is what a patient attacker would use."""
    own = sorted({sentence for sentences in pairs for sentence in sentences if says([sentence], target)})
    return own if len(own) >= OWN_LIES else [template.format(target) for template in TEMPLATES]


def _nothing_to_take(poisoning: Poisoning) -> tuple[str, str, str]:
    source = poisoning.parameters.get("source", "")
    if "source" in {p.name for p in ATTACKS[poisoning.attack].parameters} and not source:
        return (
            "This attack misnames one kind of picture, and none was named.",
            "Nothing was written.",
            "Add --set source=WORDS.",
        )
    if source:
        return (
            f"No caption speaks of “{source}” alone.",
            "Nothing was written.",
            "Choose a word that the captions hold.",
        )
    return (
        f"No caption speaks of “{poisoning.target}”, or all of them do, so there is nothing to poison.",
        "Nothing was written.",
        "Choose a target that some of the captions name.",
    )
