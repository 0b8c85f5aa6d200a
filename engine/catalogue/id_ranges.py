"""Sets of ids as short text ("1-100,205"): ten thousand neighbouring items of an act take a few bytes."""

from __future__ import annotations

from collections.abc import Iterable


def pack(ids: Iterable[int]) -> str:
    """Ids, in rising order, as ranges."""
    ordered = sorted(set(ids))
    parts: list[str] = []
    start = 0
    for place, number in enumerate(ordered):
        if place + 1 < len(ordered) and ordered[place + 1] == number + 1:
            continue
        first = ordered[start]
        parts.append(str(first) if first == number else f"{first}-{number}")
        start = place + 1
    return ",".join(parts)


def unpack(text: str) -> list[int]:
    """The inverse of `pack`."""
    ids: list[int] = []
    for part in text.split(",") if text else ():
        first, _, last = part.partition("-")
        ids.extend(range(int(first), int(last or first) + 1))
    return ids
