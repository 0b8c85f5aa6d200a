"""The arrow keys give the next number that people would try."""

from __future__ import annotations

from typing import Annotated

import pytest

from desktop.forms.steps import stepped
from engine.parameters import Describe, parameters_of


def technique(
    rate: Annotated[float, Describe("Rate", "", 1e-7, 1e-1)] = 1e-4,
    smoothing: Annotated[float, Describe("Smoothing", "", 0, 0.5)] = 0.0,
    bias: Annotated[float, Describe("Bias", "", -50, 10)] = -10.0,
    batch: Annotated[int, Describe("Batch", "", 1, 4096)] = 64,
    seed: Annotated[int, Describe("Seed")] = 0,
) -> None: ...


KNOWN = {parameter.name: parameter for parameter in parameters_of(technique)}


@pytest.mark.parametrize(
    ("name", "value", "up", "down"),
    [
        ("rate", 1e-4, 2e-4, 5e-5),
        ("rate", 3e-4, 5e-4, 2e-4),
        ("rate", 0.1, 0.1, 0.05),
        ("rate", 1e-7, 2e-7, 1e-7),
        ("smoothing", 0.0, 0.02, 0.0),
        ("smoothing", 0.1, 0.12, 0.08),
        ("smoothing", 0.11, 0.12, 0.1),
        ("smoothing", 0.5, 0.5, 0.48),
        ("bias", -10.0, -8.0, -12.0),
        ("batch", 64, 100, 50),
        ("batch", 9, 10, 8),
        ("batch", 10, 20, 9),
        ("batch", 1, 2, 1),
        ("batch", 4096, 4096, 2000),
        ("seed", 0, 1, -1),
        ("seed", -20, -10, -50),
    ],
)
def test_the_next_round_number(name: str, value: float, up: float, down: float) -> None:
    found_up, found_down = (stepped(KNOWN[name], value, way) for way in (True, False))
    assert (found_up, found_down) == (pytest.approx(up), pytest.approx(down))
    assert type(found_up) is type(KNOWN[name].default)
