"""Which colour each point gets."""

import numpy as np
import pytest

from desktop.map.paint import GREY, NOT_DRAWN, OTHER, Colouring, painted, palette
from desktop.theme import tokens


def test_the_largest_class_takes_the_first_colour_and_names_break_ties() -> None:
    codes = np.array([0, 1, 1, 1, 2, 2, 3, 3], np.int32)
    colouring = Colouring.of("tag", codes, ["a", "b", "d", "c"])
    assert [(entry.name, entry.slot, entry.count) for entry in colouring.legend()] == [
        ("b", 0, 3),
        ("c", 1, 2),
        ("d", 2, 2),
        ("a", 3, 1),
    ]


def test_two_hundred_classes_are_twelve_colours_and_other() -> None:
    codes = np.repeat(np.arange(200), np.arange(1, 201)).astype(np.int32)
    colouring = Colouring.of("tag", codes, [f"class {number}" for number in range(200)])
    legend = colouring.legend()
    assert [entry.name for entry in legend] == [f"class {number}" for number in range(199, 187, -1)] + ["Other"]
    assert sum(entry.count for entry in legend) == len(codes)
    assert set(colouring.slots()[codes < 188]) == {OTHER}


def test_a_class_shown_alone_out_of_other_borrows_a_colour() -> None:
    codes = np.repeat(np.arange(15), np.arange(1, 16)).astype(np.int32)
    names = [f"{number:02}" for number in range(15)]
    alone = Colouring.of("tag", codes, names, frozenset(range(1, 15)))
    assert set(alone.slots()[codes == 0]) == {1}
    assert set(alone.slots()[codes != 0]) == {NOT_DRAWN}


def test_years_keep_their_order_in_the_legend_and_in_strength() -> None:
    codes = np.array([0, 0, 0, 1, 2, 2, 3], np.int32)
    colouring = Colouring.of("year", codes, ["2021", "2019", "2020", "No date"])
    assert [entry.name for entry in colouring.legend()] == ["2019", "2020", "2021", "No date"]
    slots = [entry.slot for entry in colouring.legend()]
    assert slots[:3] == sorted(slots[:3])
    assert slots[3] == OTHER


def test_many_months_are_grouped_so_that_the_legend_stays_short() -> None:
    codes = np.arange(40, dtype=np.int32)
    legend = Colouring.of("month", codes, [f"{2020 + n // 12}-{n % 12 + 1:02}" for n in range(40)]).legend()
    assert len(legend) == 12
    assert legend[0].name == "2020-01 to 2020-04"
    assert sum(entry.count for entry in legend) == 40


def test_items_without_a_value_are_other() -> None:
    colouring = Colouring.of("camera", np.array([0, -1, 1, -1]), ["Alpha", "No camera"])
    assert colouring.slots().tolist() == [0, OTHER, OTHER, OTHER]


def test_what_is_not_selected_or_filtered_out_is_grey_and_hidden_stays_hidden() -> None:
    slots = np.array([0, 1, 2, NOT_DRAWN], np.uint8)
    selected = np.array([True, False, True, True])
    lit = np.array([True, True, False, False])
    assert painted(slots, None, None).tolist() == [0, 1, 2, NOT_DRAWN]
    assert painted(slots, None, selected).tolist() == [0, GREY, 2, NOT_DRAWN]
    assert painted(slots, lit, selected).tolist() == [0, GREY, GREY, NOT_DRAWN]
    assert painted(slots, None, np.zeros(4, bool)).tolist() == [0, 1, 2, NOT_DRAWN]


@pytest.mark.parametrize("theme", [tokens.LIGHT, tokens.DARK])
def test_a_selected_point_stands_out_from_the_grey_ones(theme: tokens.Tokens) -> None:
    colours = palette(theme.map_colours, theme.other, theme.unselected)
    assert contrast(theme.text, theme.unselected) >= 8.6
    for slot in range(13):
        assert contrast(colours[slot], theme.canvas) >= 3


def contrast(first: str | np.ndarray, second: str | np.ndarray) -> float:
    """WCAG 2 contrast of two colours."""
    lights = sorted(_luminance(colour) for colour in (first, second))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str | np.ndarray) -> float:
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) if isinstance(colour, str) else colour
    part = rgb / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
