"""Divides files into those to learn from and those to check with, always the same way."""

from __future__ import annotations

from collections.abc import Sequence

from engine.datasets.captioned import Captioned

MOST_HELD_OUT = 1000
FEWEST_HELD_OUT = 8


def split(files: Sequence[Captioned], share: float = 0.1) -> tuple[list[Captioned], list[Captioned]]:
    """(to learn from, held out). A file's side hangs on its content alone, so runs over different choices compare well.

    `share` of the files are held out, between 8 and 1,000 of them, and never more than a third. Files with the same content
    land on the same side, so that nothing held out was seen under another name.
    """
    if share <= 0 or len(files) < 3:
        return list(files), []
    wanted = min(MOST_HELD_OUT, max(FEWEST_HELD_OUT, round(share * len(files))), len(files) // 3)
    groups = _groups(files)
    ranked = sorted(groups, key=lambda group: min(_chance(files[row].key) for row in group))
    held: set[int] = set()
    for group in ranked:
        if len(held) + len(group) <= wanted:
            held.update(group)
    return (
        [one for row, one in enumerate(files) if row not in held],
        [one for row, one in enumerate(files) if row in held],
    )


def _groups(files: Sequence[Captioned]) -> list[list[int]]:
    """Rows that show the same: equal content."""
    by_key: dict[str, list[int]] = {}
    for row, one in enumerate(files):
        by_key.setdefault(one.key, []).append(row)
    return list(by_key.values())


def _chance(key: str) -> str:
    from blake3 import blake3

    return blake3(key.encode("utf-8", "surrogatepass")).hexdigest()
