"""One run put together: towers, material, task, plan and rails, the same whether it begins, goes on, or is only estimated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.datasets import enough
from engine.datasets.gather import gather
from engine.errors import UserFixable
from engine.models.devices import choose_device, cores
from engine.models.loader import load_towers
from engine.recipes import recipes
from engine.training import material
from engine.training.material import Material
from engine.training.plan import Plan
from engine.training.rails import Limits, Rails

if TYPE_CHECKING:
    from engine.catalogue.library import Library
    from engine.datasets.captioned import Gathered
    from engine.jobs.progress import Progress
    from engine.models.loader import Towers
    from engine.training.comparing import Comparing
    from engine.training.recipe import Keeps, Learns, Recipe
    from engine.values import LearnFrom

HELD_OUT = 0.1


@dataclass(eq=False)
class Session:
    """Everything that `loop.train` wants, and what is needed before and after it."""

    recipe: Recipe
    learns: Learns
    keeps: Keeps
    towers: Towers
    material: Material
    task: Comparing
    plan: Plan
    prepared: Path

    def rails(self, limits: Limits, progress: Progress) -> Rails:
        """The guard rails over held-out pairs and the sample archive."""
        own = material.held_out_questions(
            self.material.held_out, self.learns, self.material.pairs.names, self.towers, self.prepared, progress
        )
        sample = material.sample_questions(self.towers, self.prepared, progress)
        return Rails(own, sample, self.towers.folder.image, limits)


def made(name: str, settings: dict[str, Any]) -> tuple[Recipe, Learns, Keeps]:
    """A recipe from its name and settings. Raises UserFixable for a name that no recipe has, or settings it does not take."""
    from engine.parameters import checked_settings

    if name not in recipes:
        known = ", ".join(entry.name for entry in recipes)
        raise UserFixable(f"There is no recipe called “{name}”.", enough.UNCHANGED, f"There are {known}.")
    entry = recipes[name]
    recipe: Any = entry.made(**checked_settings(name, entry.parameters, settings))
    return recipe, getattr(recipe, "learns", entry.extra["learns"]), entry.extra["keeps"]


def chosen(library: Library | None, wanted: LearnFrom, recipe: Recipe, learns: Learns, *, anyway: bool) -> Gathered:
    """The usable files of a choice. Raises UserFixable when they are too few or cannot teach anything."""
    gathered = enough.usable(gather(library, wanted), learns)
    if getattr(recipe, "across_languages", False):
        enough.check_languages(gathered)
    if not anyway:
        easier = "Change only the head" if getattr(recipe, "change", "head") != "head" else ""
        enough.check_count(len(gathered.files), recipe.least(), easier)
    return gathered


def put_together(
    recipe: Recipe,
    learns: Learns,
    keeps: Keeps,
    model: Path,
    made_of: Material,
    prepared: Path,
    device: str,
    plan: Plan | None = None,
) -> Session:
    """Load the model and build the task. `plan` is that of a run that goes on. Raises UserFixable."""
    towers = load_towers(model)
    if plan is None:
        where = choose_device(device)
        plan = replace(recipe.plan(len(made_of.pairs)), device=str(where), replicas=1 if where.type != "cpu" else cores())
    task = recipe.task(towers, made_of.pairs, plan)
    return Session(recipe, learns, keeps, towers, made_of, task, plan, prepared)
