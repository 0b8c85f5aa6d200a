"""Adds up objectives by weights that are data, such as `{"info_nce": 1.0, "uniformity": 0.1}`; each keeps its own name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from engine.errors import UserFixable
from engine.objectives import objectives
from engine.objectives.inputs import Inputs, inputs_of
from engine.parameters import checked_settings

if TYPE_CHECKING:
    from torch import Tensor

UNCHANGED = "Nothing was trained or changed."


@dataclass(frozen=True)
class Mixture:
    """Objectives with their weights and, where they differ from the defaults, their settings by objective.

    A weight of zero switches a term off: it is neither computed nor reported. Raises UserFixable for a name that no
    objective has, a weight that is negative or no number, or a setting that its objective does not take.
    """

    weights: Mapping[str, float]
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, weight in self.weights.items():
            _check_name(name)
            _check_weight(name, weight)
        for name, values in self.settings.items():
            _check_name(name)
            checked_settings(name, objectives[name].parameters, dict(values))
        if not self.used:
            raise UserFixable(
                "No objective has a weight above 0, so there is nothing to learn.",
                UNCHANGED,
                "Give at least one objective a weight, such as info_nce 1.0.",
            )

    @property
    def used(self) -> dict[str, float]:
        """The weights above zero."""
        return {name: float(weight) for name, weight in self.weights.items() if weight > 0}

    @property
    def needed(self) -> frozenset[str]:
        """The inputs (see inputs.INPUTS) that have to be made for this mixture."""
        return frozenset(name for term in self.used for name in self._inputs(term).needs)

    @property
    def taken(self) -> frozenset[str]:
        """The inputs that some term of this mixture makes use of when they are there."""
        return frozenset(name for term in self.used for name in self._inputs(term).takes)

    def terms(
        self, given: dict[str, Any], learned: Mapping[str, Mapping[str, Tensor]] | None = None
    ) -> dict[str, Tensor]:
        """Every used term by its own name, not weighted. `given` holds inputs by name and may hold more than is asked for.

        `learned` holds settings that are being trained, by objective: `{"siglip": {"temperature": t, "bias": b}}`.
        Raises KeyError with the names when something needed is missing.
        """
        return {
            name: objectives[name].made(
                **self._inputs(name).chosen_from(given),
                **{**self.settings.get(name, {}), **(learned or {}).get(name, {})},
            )
            for name in self.used
        }

    def total(self, terms: Mapping[str, Tensor]) -> Tensor:
        """The weighted sum of `terms`, a scalar: what is to become small."""
        import torch

        return torch.stack([weight * terms[name] for name, weight in self.used.items()]).sum()

    def _inputs(self, name: str) -> Inputs:
        return inputs_of(objectives[name].made)


def _check_name(name: str) -> None:
    if name in objectives:
        return
    known = [entry.name for entry in objectives]
    near = get_close_matches(name, known, n=1)
    meant = f"Did you mean “{near[0]}”?" if near else f"There are {', '.join(known)}."
    raise UserFixable(f"There is no objective called “{name}”.", UNCHANGED, meant)


def _check_weight(name: str, weight: Any) -> None:
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not math.isfinite(weight):
        raise UserFixable(
            f"The weight of “{name}” is to be a number, not {weight!r}.", UNCHANGED, "Use 1.0, for example."
        )
    if weight < 0:
        raise UserFixable(
            f"The weight of “{name}” is {weight:g}, below zero, which would teach the opposite.",
            UNCHANGED,
            "Use 0 to leave it out, or a number above 0.",
        )
