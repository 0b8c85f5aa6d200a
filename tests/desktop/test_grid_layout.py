"""Where tiles lie, compared with a slow look at every tile."""

import pytest

from desktop.collections.grid_layout import TILE_SIZES, GridLayout, Run


@pytest.mark.parametrize("tile", TILE_SIZES)
@pytest.mark.parametrize("width", [140, 508, 764, 1900])
def test_the_tile_under_a_point_is_the_one_that_was_drawn_there(tile, width):
    layout = GridLayout(width, tile, [Run(14, True), Run(38, True, 20), Run(900, True, 0)])

    for index in range(layout.count):
        x, y = layout.place_of(index)
        assert layout.index_at(x + 3, y + 3) == index
        assert layout.index_at(x + tile - 1, y + layout.tile_height - 1) == index
        assert x + tile <= width or layout.columns == 1, "no tile is cut off at the right"


def test_the_stripe_in_view_holds_exactly_the_tiles_that_touch_it():
    layout = GridLayout(764, 96, [Run(14, True), Run(38, True, 14), Run(100)])
    for top in range(0, layout.height, 37):
        found = {index for stripe in layout.between(top, top + 200) for index in stripe}
        needed = {
            index
            for index in range(layout.count)
            if layout.place_of(index)[1] <= top + 200 and layout.place_of(index)[1] + layout.tile_height >= top
        }
        assert needed <= found
        assert len(found - needed) <= 2 * layout.columns, "at most a row more at either end"


def test_up_and_down_keep_the_column_and_cross_from_band_to_band():
    layout = GridLayout(764, 96, [Run(10, True), Run(3, True), Run(30, True)])
    assert layout.columns == 7

    assert layout.step(2, rows=1) == 9
    assert layout.step(9, rows=1) == 10 + 2, "a short last row is crossed into the next band"
    assert layout.step(12, rows=1) == 13 + 2
    assert layout.step(15, rows=-1) == 12
    assert layout.step(5, rows=1) == 9, "below is a shorter row: its last tile"
    assert layout.step(0, rows=-1) == 0
    assert layout.step(42, columns=1) == 42


def test_a_million_items_are_laid_out_at_once():
    layout = GridLayout(764, 96, [Run(1_000_000)])

    assert layout.count == 1_000_000
    assert layout.index_at(*[value + 1 for value in layout.place_of(999_999)]) == 999_999


def test_what_a_rubber_band_touches_is_what_lies_in_it():
    layout = GridLayout(764, 96, [Run(40)])

    assert layout.touched(0, 0, 130, 130) == [0, 1, 7, 8]
    assert layout.touched(120, 0, 121, 20) == [1]
