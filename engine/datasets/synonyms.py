"""The table of synonyms that comes with the program. English only: in other languages words are swapped and deleted."""

from __future__ import annotations

from functools import cache
from pathlib import Path

TABLE = Path(__file__).resolve().parents[2] / "resources" / "synonyms" / "en.txt"


@cache
def english() -> dict[str, tuple[str, ...]]:
    """Word to the words that can stand for it, all in lower case."""
    found: dict[str, tuple[str, ...]] = {}
    for line in TABLE.read_text("utf-8").splitlines():
        words = line.split()
        if words and not line.startswith("#"):
            found[words[0]] = tuple(dict.fromkeys((*found.get(words[0], ()), *words[1:])))
    return found
