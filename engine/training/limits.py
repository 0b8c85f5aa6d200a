"""Where the guard rails of a run stand. Plain values, without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from engine.parameters import Describe, checked_settings, parameters_of


@dataclass(frozen=True)
class Limits:
    """The guard rails of a run."""

    retention: Annotated[
        float,
        Describe(
            "Watch what it forgets", "Stops below this share of what the model knew before; 0 does not watch.", 0, 1
        ),
    ] = 0.92
    collapse: Annotated[
        bool, Describe("Watch for collapse", "Stops when vectors of different things become the same.")
    ] = True
    best: Annotated[
        bool, Describe("Return to the best step", "Keeps the step that was best on held-out pairs, not the last one.")
    ] = True

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Limits:
        """From settings by name. Raises UserFixable for values that do not fit."""
        return cls(**checked_settings("guard rails", parameters_of(cls), dict(settings)))
