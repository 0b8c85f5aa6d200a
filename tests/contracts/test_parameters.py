"""What a person writes into a form or a command becomes a value of the declared type, or a sentence that says what fits."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest

from engine.errors import UserFixable
from engine.parameters import Describe, checked_settings, parameters_of


def technique(
    vectors: object,
    *,
    targets: object = None,
    rate: Annotated[float, Describe("Learning rate", "How far each step goes.", 1e-7, 0.1)] = 1e-4,
    passes: Annotated[int, Describe("Passes", "How often.", 1, 5_000_000)] = 10,
    moves: Annotated[Literal["image", "both"], Describe("Moves", "What.", choices=("image", "both"))] = "both",
    average: Annotated[bool, Describe("Average", "Whether.")] = False,
    name: Annotated[str, Describe("Name", "Of the new model.")] = "",
    floor: Annotated[float, Describe("Floor", "At least.", 0)] = 0.0,
) -> None: ...


KNOWN = {parameter.name: parameter for parameter in parameters_of(technique)}


def test_inputs_are_no_settings():
    assert list(KNOWN) == ["rate", "passes", "moves", "average", "name", "floor"]
    assert [one.kind for one in KNOWN.values()] == ["number", "whole", "choice", "switch", "text", "number"]


def test_the_range_is_said_in_words():
    assert [one.range for one in KNOWN.values()] == ["1e-7 to 0.1", "1 to 5,000,000", "", "", "", "0 or more"]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("rate", "3e-5", 3e-5),
        ("rate", " 0,05 ", 0.05),
        ("passes", "12", 12),
        ("passes", "12.0", 12),
        ("passes", "12,000", 12_000),
        ("passes", "1 234\u202f567", 1_234_567),
        ("moves", "image", "image"),
        ("average", "yes", True),
        ("average", "False", False),
        ("name", "  Garden 2 ", "Garden 2"),
    ],
)
def test_what_fits_is_read_in_its_own_type(name: str, text: str, value: Any):
    found = KNOWN[name].read(text)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("rate", "1", "Learning rate takes a number, 1e-7 to 0.1; 1 does not fit."),
        ("rate", "nan", "Learning rate takes a number, 1e-7 to 0.1; nan does not fit."),
        ("rate", "fast", "Learning rate takes a number, 1e-7 to 0.1; “fast” does not fit."),
        ("rate", "", "Learning rate takes a number, 1e-7 to 0.1; nothing does not fit."),
        ("passes", "1.5", "Passes takes a whole number, 1 to 5,000,000; 1.5 does not fit."),
        ("passes", "1e9999", "Passes takes a whole number, 1 to 5,000,000; inf does not fit."),
        ("moves", "text", "Moves takes one of image, both; “text” does not fit."),
        ("average", "perhaps", "Average takes yes or no; “perhaps” does not fit."),
        ("floor", "-1", "Floor takes a number, 0 or more; -1 does not fit."),
    ],
)
def test_what_does_not_fit_gets_a_sentence(name: str, text: str, told: str):
    with pytest.raises(UserFixable) as caught:
        KNOWN[name].read(text)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("rate", 1e-5, "1e-5"),
        ("rate", 0.07, "0.07"),
        ("rate", 0.0001, "0.0001"),
        ("floor", 2.5e20, "2.5e20"),
        ("passes", 3_000, "3,000"),
        ("floor", 0.0, "0"),
        ("average", True, "on"),
        ("moves", "image", "image"),
    ],
)
def test_a_value_is_written_as_people_write_it_and_can_be_read_back(name: str, value: Any, text: str):
    assert KNOWN[name].written(value) == text
    assert KNOWN[name].read(text) == value


def test_a_value_of_another_type_is_not_taken_for_a_number():
    with pytest.raises(UserFixable):
        KNOWN["passes"].checked(True)
    assert KNOWN["rate"].checked(0.01) == 0.01


def test_several_settings_are_checked_at_once_and_an_unknown_one_is_named():
    assert checked_settings("tune", tuple(KNOWN.values()), {"floor": 2, "average": True}) == {
        "floor": 2.0,
        "average": True,
    }
    with pytest.raises(UserFixable, match=r"“tune” has no setting called “speed”.*It has rate, passes"):
        checked_settings("tune", tuple(KNOWN.values()), {"speed": 2})
