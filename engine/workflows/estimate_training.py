"""Says what a training run would cost on this computer, from a few of its own steps."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.values import LearnFrom, TrainingEstimate

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress

LOOK_SHARE = 1.1  # looks at held-out pairs and the sample archive come on top
DECODED = 256  # pictures that are read to try with


@dataclass(frozen=True)
class EstimateTraining:
    """Run some steps of a recipe on the first of the chosen pairs; nothing is kept."""

    recipe: str
    model: str
    learn_from: LearnFrom
    settings: tuple[tuple[str, Any], ...] = ()
    title: str = "Trying some steps"
    lane: str = "engine"

    def run(self, engine: Engine, progress: Progress) -> TrainingEstimate:
        """Raises UserFixable when the pairs cannot teach anything."""
        from engine.models.folder import ModelFolder
        from engine.models.quiet_import import import_quietly

        import_quietly()
        from engine.training import material, session
        from engine.training.area import RESERVED
        from engine.training.pace import faster_precision, pace
        from engine.training.recipe import made

        settings = {name: value for name, value in self.settings if name not in RESERVED}
        recipe, learns, keeps = made(self.recipe, settings)
        gathered = session.chosen(engine.library, self.learn_from, recipe, learns, anyway=True)
        place = engine.models.path(self.model)
        model = ModelFolder.read(place)
        with tempfile.TemporaryDirectory(prefix="sightline-try-") as place_to_try:
            batch = int(getattr(recipe, "batch", DECODED))
            few = gathered.only(gathered.files[: max(DECODED, batch)])
            tried = material.decode(few, model, learns, Path(place_to_try), progress, None, 0.0)
            progress.start(None, "steps", "Trying some steps")
            taught = session.asked(engine, recipe, self.model, tried.files, Path(place_to_try), progress)
            built = session.put_together(
                recipe, learns, keeps, place, tried, Path(place_to_try), engine.device, taught=taught
            )
            plan = built.plan
            if getattr(recipe, "precision", "") == "auto":
                plan = replace(plan, precision=faster_precision(built.task, plan))
            progress.check()
            found = pace(built.task, plan)
            del built, tried  # the folder's pictures are mapped into memory
        count = max(1, round(len(gathered.files) * (1 - session.HELD_OUT)))
        steps = recipe.plan(count).steps
        warnings = []
        if len(gathered.files) < recipe.least():
            warnings.append(
                f"{len(gathered.files):,} pairs will be learnt by heart; {recipe.least():,} are a fair start."
            )
        return TrainingEstimate(
            seconds=found.seconds * steps * LOOK_SHARE,
            steps=steps,
            seconds_per_step=found.seconds,
            memory_bytes=found.memory,
            disk_bytes=len(gathered.files) * material.bytes_per_file(model, learns) + 4 * place_bytes(place),
            pairs=len(gathered.files),
            precision=plan.precision,
            warnings=tuple(warnings),
        )


def place_bytes(folder: Path) -> int:
    """Size of a model's files: a run keeps weights, their moments twice, and the new model."""
    return sum(file.stat().st_size for file in folder.iterdir() if file.is_file())
