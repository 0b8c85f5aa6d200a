"""What the loop's callers expect of a recipe. Recipes themselves live in engine/recipes and are found by its registry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.datasets.pairs import Pairs
    from engine.models.loader import Towers
    from engine.training.loop import Task
    from engine.training.plan import Plan


class Recipe(Protocol):
    """One training procedure with its parameters."""

    def plan(self, pairs: Pairs) -> Plan:
        """Length, rates and precision for this many pairs."""
        ...

    def task(self, towers: Towers, pairs: Pairs) -> Task:
        """What moves and what is to become small. `towers.network` is trained in place."""
        ...
