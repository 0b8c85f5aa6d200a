"""One run put together: towers, material, task, plan and rails, the same whether it begins, goes on, or is only estimated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.datasets import enough
from engine.datasets.gather import gather
from engine.errors import UserFixable
from engine.models.devices import choose_device, cores
from engine.models.folder import ModelFolder
from engine.models.loader import load_towers
from engine.training import material
from engine.training.limits import Limits
from engine.training.material import Material
from engine.training.pace import faster_precision
from engine.training.plan import Plan
from engine.training.rails import Rails
from engine.training.recipe import made
from engine.training.runs import RunFolder, learn_from_of
from engine.training.taught import Taught, ask_teacher

if TYPE_CHECKING:
    from engine.catalogue.library import Library
    from engine.datasets.captioned import Captioned, Gathered
    from engine.engine import Engine
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
        # what the run cannot move, or what reads no words, has nothing of the sample archive to forget
        watched = limits.retention and self.learns in ("captions", "labels")
        sample = material.sample_questions(self.towers, self.prepared, progress) if watched else None
        patience = self.plan.steps // 4 if self.learns in ("pictures", "sounds") else 0
        return Rails(own, sample, self.towers.folder.image, limits, patience=patience)


def chosen(library: Library | None, wanted: LearnFrom, recipe: Recipe, learns: Learns, *, anyway: bool) -> Gathered:
    """The usable files of a choice. Raises UserFixable when they are too few or cannot teach anything."""
    gathered = enough.usable(gather(library, wanted, "audio" if learns == "sounds" else "image"), learns)
    if getattr(recipe, "across_languages", False):
        enough.check_languages(gathered)
    if not anyway:
        easier = "Change only the head" if getattr(recipe, "change", "head") != "head" else ""
        enough.check_count(len(gathered.files), recipe.least(), easier)
    return gathered


def begun(engine: Engine, folder: RunFolder, progress: Progress) -> Session:
    """A new run's session: its pairs are chosen, decoded and noted down, its plan is settled and kept."""
    told = folder.told()
    recipe, learns, keeps = made(told["recipe"], told["settings"])
    place = engine.models.path(told["model"])
    prepared = engine.training.prepared_folder
    gathered = chosen(engine.library, learn_from_of(told["learn_from"]), recipe, learns, anyway=told["anyway"])
    model = ModelFolder.read(place)
    made_of = material.decode(gathered, model, learns, prepared, progress, engine.library, HELD_OUT)
    folder.keep_pairs(made_of.files, made_of.held_out)
    left_out = (
        (len(gathered.missing), "that are named are not there"),
        (len(made_of.failed), "cannot be read"),
        (made_of.hidden + gathered.hidden, "are hidden"),
    )
    notes = [f"{count:,} files {why}; they are left out." for count, why in left_out if count]
    folder.tell(source=gathered.source, pairs=len(made_of.files), held_out=len(made_of.held_out), notes=notes)
    progress.start(None, "steps", "Loading the model")
    taught = asked(engine, recipe, told["model"], made_of.files, prepared, progress)
    built = put_together(recipe, learns, keeps, place, made_of, prepared, engine.device, taught=taught)
    if getattr(recipe, "precision", "") == "auto":
        built.plan = replace(built.plan, precision=faster_precision(built.task, built.plan))
    notes += built.task.notes
    folder.tell(plan=built.plan.as_json(), steps=built.plan.steps, seed=built.plan.seed, notes=notes)
    return built


def rebuilt(engine: Engine, folder: RunFolder, progress: Progress) -> Session:
    """The session of a run that was begun, exactly as it was. Raises UserFixable when its model or pictures changed since."""
    told, snapshot = folder.told(), folder.pairs()
    assert snapshot is not None
    if engine.models.card(told["model"]).checkpoint_hash != told["checkpoint_hash"]:
        raise UserFixable(
            f"The model “{told['model']}” is not the one that run {folder.number} started from.",
            "The run and its checkpoints are as they were.",
            "Start a new run.",
        )
    recipe, learns, keeps = made(told["recipe"], told["settings"])
    place = engine.models.path(told["model"])
    prepared = engine.training.prepared_folder
    made_of = material.decode_again(*snapshot, ModelFolder.read(place), learns, prepared, progress)
    progress.start(None, "steps", "Loading the model")
    plan = Plan(**told["plan"])
    taught = asked(engine, recipe, told["model"], made_of.files, prepared, progress)
    return put_together(recipe, learns, keeps, place, made_of, prepared, engine.device, plan, taught)


def put_together(
    recipe: Recipe,
    learns: Learns,
    keeps: Keeps,
    model: Path,
    made_of: Material,
    prepared: Path,
    device: str,
    plan: Plan | None = None,
    taught: Taught | None = None,
) -> Session:
    """Load the model and build the task. `plan` is that of a run that goes on, `taught` what a teacher says. Raises UserFixable."""
    towers = load_towers(model)
    if plan is None:
        where = choose_device(device)
        plan = replace(
            recipe.plan(len(made_of.pairs)), device=str(where), replicas=1 if where.type != "cpu" else cores()
        )
    more: dict[str, Any] = {} if taught is None else {"taught": taught}
    task = recipe.task(towers, made_of.pairs, plan, **more)
    return Session(recipe, learns, keeps, towers, made_of, task, plan, prepared)


def asked(
    engine: Engine, recipe: Recipe, student: str, files: tuple[Captioned, ...], prepared: Path, progress: Progress
) -> Taught | None:
    """What the recipe's teacher says of the files; None for a recipe without one. Raises UserFixable when it is not fit to teach."""
    if not hasattr(recipe, "teacher"):
        return None
    teacher = str(recipe.teacher)
    if not teacher or teacher == student:
        raise UserFixable(
            "A teacher is needed: an installed model that is better than the one to be trained.",
            enough.UNCHANGED,
            "Choose one on the form, or say it: --set teacher=ID",
        )
    encoder = engine.models.encoder(teacher)
    if {"image", "text"} - encoder.kinds:
        raise UserFixable(
            f"“{teacher}” does not read both pictures and words.", enough.UNCHANGED, "Choose another teacher."
        )
    return ask_teacher(encoder, teacher, files, prepared, progress)
