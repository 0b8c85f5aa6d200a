"""Numbers, sizes and times as people read them."""

from __future__ import annotations

from datetime import datetime

import pytest

from desktop import wording

GAP = wording.THIN


@pytest.mark.parametrize(("number", "words"), [(1, "1 item"), (0, "0 items"), (41286, "41,286 items")])
def test_counts_carry_separators_and_the_right_word(number: int, words: str) -> None:
    assert wording.count(number, "item") == words


@pytest.mark.parametrize(("share", "words"), [(0.588, f"58{GAP}%"), (0.9999, f"99{GAP}%"), (1.0, f"100{GAP}%")])
def test_a_hundred_percent_is_only_said_when_it_is_done(share: float, words: str) -> None:
    assert wording.percent(share) == words


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (95, f"95{GAP}B"),
        (612_400, f"612{GAP}kB"),
        (1_234_567, f"1.2{GAP}MB"),
        (84_000_000, f"84{GAP}MB"),
        (2_000_000_000, f"2.0{GAP}GB"),
    ],
)
def test_sizes_are_short(octets: int, words: str) -> None:
    assert wording.size(octets) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3, "a few seconds left"),
        (31, f"40{GAP}s left"),
        (61, f"2{GAP}min left"),
        (180, f"3{GAP}min left"),
        (7000, f"about 2{GAP}h"),
    ],
)
def test_time_left_is_rounded_up(seconds: float, words: str) -> None:
    assert wording.time_left(seconds) == words


def test_dates_are_written_out_as_far_as_they_are_away() -> None:
    today = datetime(2026, 11, 23, 18, 0)
    assert wording.date(datetime(2026, 11, 23, 14, 8).timestamp(), today) == "14:08"
    assert wording.date(datetime(2026, 10, 31, 14, 8).timestamp(), today) == "31 October, 14:08"
    assert wording.date(datetime(2024, 3, 14, 9, 12).timestamp(), today) == "14 March 2024, 09:12"
