"""Names on the map."""

import pytest
from pytestqt.qtbot import QtBot

from desktop.map.names import NamePainter, regions_in_view, shortened
from desktop.map.spread import Box, Room
from desktop.map.viewport import Viewport
from desktop.theme import Theme
from engine.values import Region

REGIONS = [
    Region(level, 0.1 * number, 0, f"place {level}.{number}", 100 - number) for level in range(4) for number in range(5)
]


@pytest.mark.parametrize(("closeness", "level"), [(0.5, 0), (1.0, 0), (1.59, 0), (1.7, 1), (2.6, 2), (50, 3)])
def test_finer_names_come_as_the_view_comes_closer(closeness: float, level: int) -> None:
    assert {region.level for region in regions_in_view(REGIONS, closeness)} == {level}


def test_names_that_would_overlap_are_left_out_largest_first(qtbot: QtBot) -> None:
    crowded = [Region(0, 0.001 * number, 0, f"name number {number}", number) for number in range(40)]
    placed = NamePainter(Theme("light")).place(crowded, Viewport(0, 0, 100, 100, 600, 400), Room(600, 400))
    assert 1 <= len(placed) < 10
    assert placed[0].region.count == 39
    boxes = [each.box for each in placed]
    assert not any(a.meets(b) for place, a in enumerate(boxes) for b in boxes[place + 1 :])


def test_a_name_keeps_clear_of_the_legend_and_of_the_edge(qtbot: QtBot) -> None:
    legend = Box(450, 0, 600, 400)
    regions = [Region(0, 2.3, 0, "under the legend", 5), Region(0, -2.9, 0, "half outside", 5)]
    placed = NamePainter(Theme("light")).place(regions, Viewport(0, 0, 100, 100, 600, 400), Room(600, 400, [legend]))
    assert placed == []


def test_long_names_are_cut() -> None:
    assert shortened("short") == "short"
    assert len(shortened("a very long name of a place that goes on and on")) <= 26
