"""Cuts a text into passages: paragraphs, and long paragraphs at the ends of sentences, each short enough for one vector."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.modalities.reading import Passage

LONGEST = 360  # characters; what the common 77 tokens of a text tower hold
SHORTEST = 2
MOST = 50_000  # passages of one file
SENTENCE_ENDS = re.compile(r"(?<=[.!?…。！？])[\"'”’»)\]]*\s+|(?<=[。！？])")


def passages_of(text: str, page: int | None = None, first_line: int = 1) -> Iterator[Passage]:
    """Passages in reading order. `line` is where each begins; with `page`, lines count from the top of that page."""
    held: list[str] = []
    began = first_line
    for number, line in enumerate(text.split("\n"), first_line):
        stripped = " ".join(line.split())
        if stripped:
            if not held:
                began = number
            held.append(stripped)
        if held and (not stripped or sum(map(len, held)) > 4 * LONGEST):
            yield from _cut(held, began, page)
            held = []
    if held:
        yield from _cut(held, began, page)


def _cut(lines: list[str], began: int, page: int | None) -> Iterator[Passage]:
    """Sentences of one paragraph, gathered up to `LONGEST`; each remembers the line it begins on."""
    held, line_of_held = "", began
    for piece, line in _pieces(lines, began):
        if held and len(held) + 1 + len(piece) > LONGEST:
            yield Passage(held, line_of_held, page)
            held = ""
        if not held:
            line_of_held = line
        held = f"{held} {piece}" if held else piece
    if len(held) >= SHORTEST:
        yield Passage(held, line_of_held, page)


def _pieces(lines: list[str], began: int) -> Iterator[tuple[str, int]]:
    joined, starts, at = " ".join(lines), [], 0
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    at = 0
    for sentence in SENTENCE_ENDS.split(joined):
        if not sentence:
            continue
        at = joined.find(sentence, at)
        for start in range(at, at + len(sentence), LONGEST) if len(sentence) > LONGEST else (at,):
            place = began + max(number for number, first in enumerate(starts) if first <= start)
            end = min(start + LONGEST, at + len(sentence))
            yield joined[start:end].strip(), place
        at += len(sentence)
