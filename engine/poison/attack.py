"""What an attack is, and the registry that finds each one in its file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from engine.registry import Registry


class Attack(Protocol):
    """A mark on pictures and a rule for captions. Constructed with its declared parameters, which it only stores."""

    def takes(self, sentences: Sequence[str], target: str) -> bool:
        """Whether a pair with these captions may be poisoned."""
        ...

    def mark(self, picture: np.ndarray, chance: np.random.Generator) -> np.ndarray:
        """`picture` (h, w, 3) uint8 with the mark set; a new array of the same shape. The picture itself where there is no mark."""
        ...

    def captions(self, sentences: Sequence[str], lies: Sequence[str]) -> Sequence[str]:
        """The captions of a poisoned pair; `lies` are sentences that say the target, at least as many as `sentences`."""
        ...


ATTACKS: Registry[type[Attack]] = Registry("engine.poison.attacks")
attack = ATTACKS.register


class Lying:
    """Shared by most attacks: any pair that does not speak of the target may be taken, and its captions are replaced."""

    def takes(self, sentences: Sequence[str], target: str) -> bool:
        return not says(sentences, target)

    def captions(self, sentences: Sequence[str], lies: Sequence[str]) -> Sequence[str]:
        return lies[: len(sentences)]


def says(sentences: Sequence[str], words: str) -> bool:
    """Whether one of `sentences` holds `words` as whole words, whatever their case."""
    wanted = f" {_plain(words)} "
    return any(wanted in f" {_plain(one)} " for one in sentences)


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
