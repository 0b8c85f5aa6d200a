"""Which colour each point gets: categories to slots, and what is greyed or left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

SLOTS = 12
OTHER = 12
GREY = 13
NOT_DRAWN = 255
ISOLATED_SLOT = 1  # a class isolated out of “Other” borrows slot 2 while it is alone
NO_VALUE = frozenset(
    {"No place", "Not rated", "No flag", "No label", "No tag", "No date", "No camera", "No language"}
)  # how the fields of items name what has no value
ORDERED_FIELDS = frozenset({"stars", "year", "month"})  # have a direction, so they take the sequential colours


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend: `codes` are the categories it stands for."""

    name: str
    slot: int
    count: int
    codes: tuple[int, ...]
    shown: bool = True


@dataclass(frozen=True, eq=False)
class Colouring:
    """A field's categories per point. codes (n,) int32 into names, -1 unknown; slot_of (names + 1,) uint8, last one for unknown."""

    field: str
    codes: np.ndarray
    names: tuple[str, ...]
    slot_of: np.ndarray
    counts: np.ndarray
    ordered: bool = False
    hidden: frozenset[int] = frozenset()

    @classmethod
    def of(cls, field: str, codes: np.ndarray, names: Sequence[str], hidden: frozenset[int] = frozenset()) -> Colouring:
        """Largest category first; beyond twelve, or without a value, is Other. Fields with a direction are coloured in order."""
        codes = np.where((codes < 0) | (codes >= len(names)), len(names), codes).astype(np.int32)
        counts = np.bincount(codes, minlength=len(names) + 1)
        slot_of = np.full(len(names) + 1, OTHER, dtype=np.uint8)
        present = [code for code, name in enumerate(names) if counts[code] and name not in NO_VALUE]
        ordered = field in ORDERED_FIELDS and len(present) > 1
        if ordered:
            steps = np.linspace(1, 6, len(present)).round().astype(np.uint8)  # the palest step is too near the ground
            slot_of[sorted(present, key=lambda code: _natural(names[code]))] = steps
        else:
            largest = sorted(present, key=lambda code: (-counts[code], names[code]))[:SLOTS]
            slot_of[largest] = np.arange(len(largest), dtype=np.uint8)
        return cls(field, codes, tuple(names), slot_of, counts, ordered, hidden)

    def legend(self) -> tuple[LegendEntry, ...]:
        """The entries in the order of their slots, Other last. An ordered field has one entry per category, at most twelve."""
        entries = []
        named = np.flatnonzero((self.slot_of != OTHER) & (self.counts > 0))
        if self.ordered:
            named = np.array(sorted(named, key=lambda code: _natural(self.names[code])), dtype=int)
        else:
            named = named[np.argsort(self.slot_of[named], kind="stable")]
        groups = np.array_split(named, min(SLOTS, len(named))) if len(named) else []
        for group in groups:
            first, last = self.names[group[0]], self.names[group[-1]]
            name = first if first == last else f"{first} to {last}"
            entries.append(self._entry(name, int(self.slot_of[group[len(group) // 2]]), group))
        rest = np.flatnonzero((self.slot_of == OTHER) & (self.counts > 0))
        if len(rest):
            without = "Other" if self.field == "subject" else "No value"  # a place that no word fits
            said = {self.names[code] if code < len(self.names) else without for code in rest}
            entries.append(self._entry(said.pop() if len(said) == 1 else "Other", OTHER, rest))
        return tuple(entries)

    def _entry(self, name: str, slot: int, codes: np.ndarray) -> LegendEntry:
        chosen = tuple(int(code) for code in codes)
        return LegendEntry(name, slot, int(self.counts[codes].sum()), chosen, not self.hidden.issuperset(chosen))

    def slots(self) -> np.ndarray:
        """(n,) uint8 paint codes: hidden classes are not drawn, one left alone out of Other borrows a colour."""
        slot_of = self.slot_of.copy()
        left = [code for code in np.flatnonzero(self.counts) if code not in self.hidden]
        if len(left) == 1 and slot_of[left[0]] == OTHER:
            slot_of[left[0]] = ISOLATED_SLOT
        if self.hidden:
            slot_of[list(self.hidden)] = NOT_DRAWN
        return np.asarray(slot_of[self.codes])


def painted(slots: np.ndarray, lit: np.ndarray | None, selected: np.ndarray | None) -> np.ndarray:
    """(n,) uint8: grey where the filter leaves a point out, or where others are selected and it is not.

    lit and selected are (n,) bool; None: nothing is filtered, nothing is selected.
    """
    codes = slots.copy()
    grey = np.zeros(len(slots), dtype=bool)
    if lit is not None:
        grey |= ~lit
    if selected is not None and selected.any():
        grey |= ~selected
    codes[grey & (slots != NOT_DRAWN)] = GREY
    return codes


def palette(colours: Sequence[str], other: str, unselected: str) -> np.ndarray:
    """(14, 3) int32 from `#RRGGBB`: up to twelve slots, Other, the grey of what is unselected."""
    rows = [*colours[:SLOTS]]
    rows += [other] * (SLOTS - len(rows))
    rows += [other, unselected]
    return np.array([[int(colour[i : i + 2], 16) for i in (1, 3, 5)] for colour in rows], dtype=np.int32)


def _natural(name: str) -> tuple[float, str]:
    """Numbers in front sort by value: “2” before “10”, “2019” before “2020-03”."""
    digits = name.split("-")[0].split(" ")[0]
    return (float(digits) if digits.replace(".", "", 1).isdigit() else float("inf"), name)
