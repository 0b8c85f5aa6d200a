"""Plots and gauges of a report as inline SVG. Colours come from the page's style, so that they follow light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from engine.evidence import Measure, Plot, Series

WIDTH, HEIGHT = 560, 260
LEFT, RIGHT, TOP, BOTTOM = 56, 16, 12, 40
COLOURS = 6  # series colours named in the style


def gauge(measure: Measure) -> str:
    """A line with the good range and a tick at the value; empty when there is nothing to show."""
    if measure.value is None:
        return "<svg class=gauge></svg>"
    low, high = measure.scale

    def place(value: float) -> float:
        return 4 + 152 * min(1.0, max(0.0, (value - low) / ((high - low) or 1)))

    drawn = "<rect x=4 y=9 width=152 height=2 class=rail />"
    if measure.good != (None, None):
        start = place(low if measure.good[0] is None else measure.good[0])
        end = place(high if measure.good[1] is None else measure.good[1])
        drawn += f'<rect x="{start:.1f}" y=8 width="{max(0.0, end - start):.1f}" height=4 class=range />'
    if measure.interval:
        start, end = place(measure.interval[0]), place(measure.interval[1])
        drawn += f'<rect x="{start:.1f}" y=5 width="{max(1.0, end - start):.1f}" height=10 class=interval />'
    return f'<svg class=gauge viewBox="0 0 160 20">{drawn}<rect x="{place(measure.value) - 1:.1f}" y=3 width=2 height=14 class=tick /></svg>'


def plot(told: Plot) -> str:
    """Bars, a line or points with axes, as an SVG picture with its title for screen readers."""
    across = [x for series in told.series for x in series.x] + [x for x, _ in told.marks]
    up = [_up(y, told) for series in told.series for y in (*series.y, *series.low, *series.high)]
    if not across or not up:
        return "<p class=muted>Nothing to draw.</p>"
    x_low, x_high = _range(across)
    y_low, y_high = _range(up + ([0.0] if told.form == "bars" and not told.logarithmic else []))

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            LEFT + (WIDTH - LEFT - RIGHT) * (x - x_low) / (x_high - x_low),
            HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (y - y_low) / (y_high - y_low),
        )

    drawn = [_axes(told, (x_low, x_high), (y_low, y_high), at)]
    for number, series in enumerate(told.series):
        drawn.append(_series(told, series, number % COLOURS, at, y_low))
    for x, words in told.marks:
        left, _ = at(x, y_low)
        drawn.append(
            f'<line x1="{left:.1f}" x2="{left:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" class=mark />'
            f'<text x="{left + 4:.1f}" y="{TOP + 10}">{escape(words)}</text>'
        )
    names = "".join(
        f"<span class=key><i class=s{n % COLOURS}></i>{escape(s.name)}</span>" for n, s in enumerate(told.series)
    )
    return (
        f'<svg class=plot role=img viewBox="0 0 {WIDTH} {HEIGHT}"><title>{escape(told.title)}</title>{"".join(drawn)}</svg>'
        + (f"<p class=muted>{names}</p>" if len(told.series) > 1 else "")
    )


def _series(told: Plot, series: Series, colour: int, at, floor: float) -> str:  # type: ignore[no-untyped-def]
    spots = [at(x, _up(y, told)) for x, y in zip(series.x, series.y)]
    if told.form == "line":
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        return f'<polyline points="{joined}" class="line s{colour}" />'
    if told.form == "points":
        return "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" class="dot s{colour}" />' for x, y in spots)
    wide = 0.9 * (WIDTH - LEFT - RIGHT) / max(1, len(spots))
    _, ground = at(series.x[0], max(0.0, floor) if not told.logarithmic else floor)
    return "".join(
        f'<rect x="{x - wide / 2:.1f}" y="{min(y, ground):.1f}" width="{wide:.1f}" height="{abs(ground - y):.1f}" class="bar s{colour}" />'
        for x, y in spots
    )


def _axes(told: Plot, across: tuple[float, float], up: tuple[float, float], at) -> str:  # type: ignore[no-untyped-def]
    drawn = [f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM}" class=axis />']
    for value in _ticks(*across):
        left, _ = at(value, up[0])
        drawn.append(f'<text x="{left:.1f}" y="{HEIGHT - BOTTOM + 15}" class=mid>{value:g}</text>')
    for value in _ticks(*up):
        _, top = at(across[0], value)
        said = f"{10**value:.3g}" if told.logarithmic else f"{value:g}"
        drawn.append(f'<text x="{LEFT - 6}" y="{top + 4:.1f}" class=end>{said}</text>')
    drawn.append(f'<text x="{(LEFT + WIDTH) / 2}" y="{HEIGHT - 6}" class=mid>{escape(told.across)}</text>')
    drawn.append(f'<text x="12" y="{TOP + 2}" class=up>{escape(told.up)}</text>')
    return "".join(drawn)


def _up(value: float, told: Plot) -> float:
    return math.log10(max(value, 1e-12)) if told.logarithmic else value


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _ticks(low: float, high: float) -> list[float]:
    """About five round numbers within a range."""
    step = 10 ** math.floor(math.log10((high - low) / 4))
    step = next(step * factor for factor in (1, 2, 5, 10) if (high - low) / (step * factor) <= 6)
    first = math.ceil(low / step)
    return [round(number * step, 10) for number in range(first, math.floor(high / step) + 1)]
