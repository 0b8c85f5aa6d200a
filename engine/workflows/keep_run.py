"""Makes a model of what a stopped run had reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import UserFixable

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress


@dataclass(frozen=True)
class KeepRun:
    """The best step of a run, or without one its last checkpoint, becomes a model. The user asks for it; no rail does."""

    run_number: int
    lane: str = "engine"

    @property
    def title(self) -> str:
        return f"Keeping run {self.run_number}"

    def run(self, engine: Engine, progress: Progress) -> str:
        """Raises UserFixable when the run saved nothing, or made a model already."""
        from engine.models.quiet_import import import_quietly

        folder = engine.training.runs_folder.of(self.run_number)
        told = folder.told()
        if told.get("result"):
            raise UserFixable(f"Run {self.run_number} has made the model “{told['result']}” already.")
        if not folder.best.is_file() and folder.saved_step() is None:
            raise UserFixable(f"Run {self.run_number} saved no step.", "", "Start a new run.")
        import_quietly()
        from engine.training.checkpoint import load_network, read_into
        from engine.training.session import rebuilt
        from engine.workflows.train_model import install

        progress.start(None, "steps", "Loading the run")
        built = rebuilt(engine, folder, progress)
        if folder.best.is_file():
            step = int(told["best_step"])
            read_into(built.task.model(built.task.network), folder.best)
        else:
            step = folder.saved_step() or 0
            load_network(folder.checkpoint, built.task.network)
        told = folder.tell(kept_step=step)
        key = install(engine, folder, built.task, told)
        folder.tell(result=key)
        return f"“{key}” is ready: step {step:,} of run {self.run_number}."
