"""What the loop's callers expect of a recipe. Recipes themselves live in engine/recipes and are found by its registry.

A recipe is a frozen dataclass of its parameters, registered with what it learns from:

    @recipe("finetune", paper="arXiv:2103.00020", learns="captions", keeps="best")

`learns` is "captions", "labels", "pictures" or "sounds" (with their captions); `keeps` says which step becomes the model when all went well: the "best" on
held-out pairs, or the "last" (where the held-out figure does not show what the recipe is for).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

from engine.errors import UserFixable
from engine.parameters import checked_settings

if TYPE_CHECKING:
    from engine.models.loader import Towers
    from engine.training.comparing import Comparing
    from engine.training.plan import Plan

Learns = Literal["captions", "labels", "pictures", "sounds"]
Keeps = Literal["best", "last"]


class Recipe(Protocol):
    """One training procedure with its parameters."""

    @property
    def seed(self) -> int: ...

    def least(self) -> int:
        """How many pairs it takes to learn something other than these pairs by heart."""
        ...

    def plan(self, count: int) -> Plan:
        """Length, rates and batch for `count` pairs."""
        ...

    def task(self, towers: Towers, pairs: Any, plan: Plan) -> Comparing:
        """What moves and what is to become small. `towers.network` is trained in place. Raises UserFixable.

        `pairs` are Pairs, or SoundPairs for a recipe that learns "sounds". A recipe with a setting `teacher` also gets what that model says of the pairs, as `taught`.
        """
        ...


def made(name: str, settings: dict[str, Any]) -> tuple[Recipe, Learns, Keeps]:
    """A recipe from its name and settings. Raises UserFixable for a name that no recipe has, or settings it does not take."""
    from engine.recipes import recipes

    if name not in recipes:
        known = ", ".join(entry.name for entry in recipes)
        raise UserFixable(
            f"There is no recipe called “{name}”.", "Nothing was trained or changed.", f"There are {known}."
        )
    entry = recipes[name]
    recipe: Any = entry.made(**checked_settings(name, entry.parameters, settings))
    return recipe, getattr(recipe, "learns", entry.extra["learns"]), entry.extra["keeps"]
