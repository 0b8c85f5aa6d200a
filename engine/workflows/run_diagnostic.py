"""Measure something about a model, a space or the archive, and keep the report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.values import Filter

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.evidence import Cell, Report
    from engine.jobs.progress import Progress


@dataclass(frozen=True)
class RunDiagnostic:
    """One diagnostic on one choice of items; its result is a `Report`. `model_key` None is the model in use."""

    name: str
    model_key: str | None = None
    wanted: Filter = field(default_factory=Filter)
    parameters: tuple[tuple[str, Cell], ...] = ()
    seed: int = 0
    lane: str = "engine"

    @property
    def title(self) -> str:
        return f"Measuring {self.name.replace('_', ' ')}"

    def run(self, engine: Engine, progress: Progress) -> Report:
        """Raises `UserFixable` when the items at hand cannot answer."""
        return engine.diagnostics.measure(
            self.name,
            progress,
            model_key=self.model_key,
            wanted=self.wanted,
            parameters=dict(self.parameters),
            seed=self.seed,
        )
