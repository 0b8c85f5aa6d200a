"""Measures how fast a model is on this machine, and keeps the fastest way to run it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress


@dataclass(frozen=True)
class MeasureModel:
    """Try every way to run each of a model's towers on this device; the best is used from then on and remembered."""

    key: str
    lane: str = "engine"

    @property
    def title(self) -> str:
        return f"Measuring “{self.key}” on this computer"

    def run(self, engine: Engine, progress: Progress) -> str:
        """Returns what was found, as a sentence."""
        figures = engine.models.measure(self.key, progress)
        rates = figures["items_per_second"]
        names = {"image": "pictures", "audio": "sound segments", "text": "sentences"}
        told = ", ".join(f"{rates[kind]:,.0f} {name}" for kind, name in names.items() if kind in rates)
        return f"{told} a second with {engine.models.encoder(self.key).device}."
