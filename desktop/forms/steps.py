"""The next round number up or down: what the arrow keys do in a number field."""

from __future__ import annotations

import math

from engine.parameters import Parameter

ROUND = (1, 2, 5, 10)


def stepped(parameter: Parameter, value: float, up: bool) -> float:
    """The next number that people would try, inside the range.

    Where the range spans several powers of ten (learning rates, temperatures) that is 1, 2, 5, 10, 20 ...; else steps of a
    twentieth of the range, rounded to 1, 2 or 5. Whole numbers below ten go one by one.
    """
    low, high = parameter.minimum, parameter.maximum
    if parameter.kind == "whole" and abs(value) < (10 if up else 11):
        found: float = value + (1 if up else -1)
    elif low is not None and high is not None and not _wide(low, high):
        step = _rounded(max((high - low) / 20, 1.0 if parameter.kind == "whole" else 0.0))
        turns = math.floor(value / step + 1e-9) + 1 if up else math.ceil(value / step - 1e-9) - 1
        found = round(turns * step, 12)
    else:
        found = _next_round(value, up)
    if low is not None:
        found = max(low, found)
    if high is not None:
        found = min(high, found)
    return int(found) if parameter.kind == "whole" else float(found)


def _wide(low: float, high: float) -> bool:
    return low > 0 and high / low >= 100


def _rounded(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return min(ROUND, key=lambda one: abs(one * power - step)) * power


def _next_round(value: float, up: bool) -> float:
    if value == 0:
        return 1.0 if up else -1.0
    power = 10.0 ** math.floor(math.log10(abs(value)) + 1e-9)
    grows = up == (value > 0)
    sizes = [one * scale for scale in (power / 10, power, power * 10) for one in ROUND[:3]]
    beyond = [one for one in sizes if (one > abs(value) * (1 + 1e-9) if grows else one < abs(value) * (1 - 1e-9))]
    found = min(beyond) if grows else max(beyond)
    return math.copysign(float(f"{found:.6g}"), value)
