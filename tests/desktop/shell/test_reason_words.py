"""Every reason a file can fail for has words and advice in the window."""

from __future__ import annotations

from desktop.jobs.reason_words import WORDS, words_for
from engine.files.reasons import REASONS


def test_each_reason_the_engine_gives_is_explained() -> None:
    assert set(REASONS) == set(WORDS)


def test_a_reason_nobody_foresaw_still_gets_a_sentence() -> None:
    assert words_for("Something new").advice.endswith(".")
