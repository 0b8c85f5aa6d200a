"""Which panels stay as the window narrows. Pure arithmetic; the window obeys it."""

from __future__ import annotations

from dataclasses import dataclass

SMALLEST = (960, 620)
INSPECTOR_FROM = 1180
SOURCES_FROM = 1024
LABELS_FROM = 1000
HISTOGRAM_FROM = 900  # height
SIDE_BY_SIDE_FROM = 1500
WIDE_FROM = 1600
SOURCES_LEAST, INSPECTOR_LEAST = 188, 264


@dataclass(frozen=True)
class Room:
    """What fits at a window size."""

    sources: bool
    inspector: bool
    labels: bool
    histogram: bool
    side_by_side: bool
    sources_width: int
    inspector_width: int


def room(width: int, height: int) -> Room:
    """Panels and their preferred widths at a window of `width` x `height` pixels."""
    wide = width >= WIDE_FROM
    return Room(
        sources=width >= SOURCES_FROM,
        inspector=width >= INSPECTOR_FROM,
        labels=width >= LABELS_FROM,
        histogram=height >= HISTOGRAM_FROM,
        side_by_side=width >= SIDE_BY_SIDE_FROM,
        sources_width=220 if wide else SOURCES_LEAST,
        inspector_width=316 if wide else INSPECTOR_LEAST,
    )
