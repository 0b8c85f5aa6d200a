"""A job that installs a model from a folder or a checkpoint file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs import Progress


@dataclass(frozen=True)
class AddModel:
    """Check the weights, take a copy into the library, list it. Nothing is kept of one that does not fit."""

    path: str
    name: str
    lane: str = "engine"

    @property
    def title(self) -> str:
        return f"Adding the model “{self.name}”"

    def run(self, engine: Engine, progress: Progress) -> str:
        progress.start(None, "steps")
        card = engine.models.add(self.path, self.name)
        return f"“{card.name}” is installed. It is used once you choose it."
