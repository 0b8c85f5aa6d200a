"""As the window narrows: the inspector goes first, then the sources, then the words on the view buttons."""

from __future__ import annotations

import pytest

from desktop.window.giving_way import SMALLEST, room


@pytest.mark.parametrize(
    ("width", "inspector", "sources", "labels", "side_by_side"),
    [
        (1920, True, True, True, True),
        (1500, True, True, True, True),
        (1499, True, True, True, False),
        (1180, True, True, True, False),
        (1179, False, True, True, False),
        (1023, False, False, True, False),
        (SMALLEST[0], False, False, False, False),
    ],
)
def test_panels_give_way_in_order(width: int, inspector: bool, sources: bool, labels: bool, side_by_side: bool) -> None:
    space = room(width, 800)
    assert (space.inspector, space.sources, space.labels, space.side_by_side) == (
        inspector,
        sources,
        labels,
        side_by_side,
    )


def test_the_date_histogram_needs_a_high_window() -> None:
    assert room(1920, 1080).histogram
    assert not room(1920, 800).histogram
