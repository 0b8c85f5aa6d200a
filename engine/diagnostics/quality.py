"""Items that may be no good: blurred, dark, bright, empty, tiny or odd pictures; silent, clipped or short sounds; empty, garbled or foreign texts.

Each limit is a fixed number where one means the same in every archive (a tiny picture), and set by the archive itself where it does
not (a foggy archive is not all blurred): an item must then also lie among the outermost `share` of its archive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from engine.diagnostics import diagnostic, picture_quality
from engine.diagnostics.looks import decoded
from engine.errors import UserFixable
from engine.evidence import Advice, Evidence, Measure, Measures, Part, Plot, Series, Table
from engine.registry import Describe
from engine.values import ItemCard

if TYPE_CHECKING:
    from engine.diagnostics.subject import Subject
    from engine.jobs.progress import Progress

EDGE = 384
PAGE = 500
SHOWN = 500
BINS = 40


@dataclass(frozen=True)
class _Kind:
    """One sort of defect: what it is called, which end is bad, and how sure its fixed limit is."""

    name: str
    title: str
    of: str
    high_is_bad: bool
    relative: bool  # must also be an outermost item of the archive
    says: str


KINDS_OF_DEFECT = (
    _Kind("blurred", "Blurred", "image", True, True, "how little changes when blurred again; 0 sharp, 1 blurred"),
    _Kind("dark", "Too dark", "image", False, True, "level that 95 % of the picture stays below"),
    _Kind("bright", "Too bright", "image", True, True, "level that 95 % of the picture stays above"),
    _Kind("empty_picture", "Nearly empty", "image", False, False, "levels by which the picture varies"),
    _Kind("tiny", "Tiny", "image", False, False, "pixels of the shorter side"),
    _Kind("odd_ratio", "Odd shape", "image", True, False, "longer side by shorter side"),
    _Kind("silent", "Silent", "audio", False, False, "loudest peak, 0 to 1"),
    _Kind("clipped", "Clipped", "audio", True, False, "share of stretches at full scale"),
    _Kind("short", "Short", "audio", False, False, "seconds"),
    _Kind("empty_text", "Hardly any words", "text", False, False, "letters and digits"),
    _Kind("garbled", "Garbled", "text", True, False, "share of characters that do not belong"),
    _Kind("foreign", "Another script", "text", False, False, "share of the archive's texts in its script"),
)


@diagnostic("quality", needs=("image", "audio", "text"), model=False)
@dataclass(frozen=True)
class Quality:
    """Find items that may be no good: blurred, dark, empty, silent, clipped, garbled."""

    blurred: Annotated[float, Describe("Blurred from", "0 is sharp, 1 is blurred.", 0, 1)] = 0.60
    dark: Annotated[float, Describe("Dark up to", "Level 95 % of the picture stays below.", 0, 1)] = 0.30
    bright: Annotated[float, Describe("Bright from", "Level 95 % of the picture stays above.", 0, 1)] = 0.72
    empty_picture: Annotated[float, Describe("Empty up to", "Levels by which the picture varies.", 0, 255)] = 5.0
    tiny: Annotated[int, Describe("Tiny below", "Pixels of the shorter side.", 1, 10_000)] = 64
    odd_ratio: Annotated[float, Describe("Odd shape from", "Longer side by shorter side.", 1, 1000)] = 4.0
    silent: Annotated[float, Describe("Silent up to", "Loudest peak.", 0, 1)] = 0.01
    clipped: Annotated[float, Describe("Clipped from", "Share of stretches at full scale.", 0, 1)] = 0.10
    short: Annotated[float, Describe("Short below", "Seconds.", 0, 3600)] = 0.5
    empty_text: Annotated[int, Describe("Hardly any words below", "Letters and digits.", 0, 1000)] = 3
    garbled: Annotated[float, Describe("Garbled from", "Share of characters that do not belong.", 0, 1)] = 0.05
    foreign: Annotated[float, Describe("Another script up to", "Share of the texts in that script.", 0, 1)] = 0.02
    share: Annotated[
        float, Describe("Outermost share", "Blur and light are flagged only so far out in this archive.", 0.001, 1)
    ] = 0.20

    def measure(self, subject: Subject, progress: Progress) -> Evidence:
        """Raises `UserFixable` when there is no item."""
        if not len(subject.ids):
            raise UserFixable("There are no items to look at.", "Nothing was measured.", "Add folders first.")
        progress.start(len(subject.ids), "items", "Looking at items")
        values: dict[str, tuple[list[int], list[float]]] = {kind.name: ([], []) for kind in KINDS_OF_DEFECT}
        missing = self._pictures(subject, values, progress)
        self._sounds(subject, values, progress)
        self._texts(subject, values, progress)
        measures, rows, flagged = [], [], []
        for kind in KINDS_OF_DEFECT:
            ids, numbers = np.array(values[kind.name][0], np.int64), np.array(values[kind.name][1], np.float64)
            limit = self._limit(kind, numbers)
            bad = self._beyond(kind, numbers, limit)
            for place in np.flatnonzero(bad)[np.argsort(numbers[bad] * (-1 if kind.high_is_bad else 1), kind="stable")]:
                below = float((numbers < numbers[place]).mean())
                rows.append((kind.title, round(float(numbers[place]), 4), round(100 * below, 1)))
                flagged.append(int(ids[place]))
            if len(numbers):
                measures.append(_measure(kind, int(bad.sum()), len(numbers), limit))
        distinct = len(set(flagged))
        parts: tuple[Part, ...] = (
            Measures("What was found", tuple(measures)),
            Table(
                "Items to look at",
                ("What", "Value", "Above % of the archive"),
                tuple(rows[:SHOWN]),
                tuple(flagged[:SHOWN]),
                right=(1, 2),
                note=f"The worst of each sort first; {len(rows):,} in all." if rows else "Nothing stands out.",
            ),
            *_histograms(values),
        )
        advice = (
            Advice(
                "Look at them before you hide them",
                "A dark picture may be a night. Nothing was changed; hide or tag what is no good.",
                "marks.hide",
                tuple(dict.fromkeys(flagged)),
            ),
        )
        said = (
            f"{distinct:,} of {len(subject.ids):,} items may be no good"
            if distinct
            else "No item stands out as no good"
        )
        left = (f"{missing:,} pictures have no thumbnail yet and were left out.",) if missing else ()
        ids = np.array(flagged, np.int64)
        return Evidence(said, parts, advice if distinct else (), left, {"flagged": ids})

    def _pictures(self, subject: Subject, values: dict[str, tuple[list[int], list[float]]], progress: Progress) -> int:
        ids = subject.of_kind("image")
        missing = 0

        def look(number: int) -> tuple[int, np.ndarray | None]:
            data = subject.engine.thumbnails.get(number, EDGE)
            return number, decoded(data, EDGE, keep_shape=True) if data is not None else None

        with ThreadPoolExecutor(2) as pool:
            for first in range(0, len(ids), PAGE):
                page = ids[first : first + PAGE]
                for card in subject.cards(page):
                    _shape(card, values)
                for number, picture in pool.map(look, page.tolist()):
                    progress.step()
                    if picture is None:
                        missing += 1
                        continue
                    below, above = picture_quality.exposure(picture)
                    varies = picture_quality.content(picture)
                    _note(values, "dark", number, below)
                    _note(values, "bright", number, above)
                    _note(values, "empty_picture", number, varies)
                    if varies > self.empty_picture:  # an empty picture is not blurred as well
                        _note(values, "blurred", number, picture_quality.blur(picture))
        return missing

    def _sounds(self, subject: Subject, values: dict[str, tuple[list[int], list[float]]], progress: Progress) -> None:
        for card in _paged(subject, subject.of_kind("audio")):
            progress.step()
            if card.seconds is not None:
                _note(values, "short", card.id, card.seconds)
            peaks = subject.engine.thumbnails.waveform(card.id)
            if peaks is not None:
                _note(values, "silent", card.id, picture_quality.loudest(peaks))
                _note(values, "clipped", card.id, picture_quality.clipped(peaks))

    def _texts(self, subject: Subject, values: dict[str, tuple[list[int], list[float]]], progress: Progress) -> None:
        words = subject.texts(subject.of_kind("text"))
        scripts = {number: picture_quality.script(text) for number, text in words.items()}
        tally = Counter(script for script in scripts.values() if script)
        for number, text in sorted(words.items()):
            progress.step()
            _note(values, "empty_text", number, float(picture_quality.letters(text)))
            _note(values, "garbled", number, picture_quality.garbled(text))
            if scripts[number]:
                _note(values, "foreign", number, tally[scripts[number]] / sum(tally.values()))

    def _limit(self, kind: _Kind, numbers: np.ndarray) -> float:
        fixed = float(getattr(self, kind.name))
        if not kind.relative or not len(numbers):
            return fixed
        outermost = float(np.quantile(numbers, 1 - self.share if kind.high_is_bad else self.share))
        return max(fixed, outermost) if kind.high_is_bad else min(fixed, outermost)

    @staticmethod
    def _beyond(kind: _Kind, numbers: np.ndarray, limit: float) -> np.ndarray:
        if kind.high_is_bad:
            return numbers >= limit
        return numbers < limit if kind.name in ("tiny", "short", "empty_text") else numbers <= limit


def _note(values: dict[str, tuple[list[int], list[float]]], name: str, number: int, value: float) -> None:
    values[name][0].append(number)
    values[name][1].append(value)


def _shape(card: ItemCard, values: dict[str, tuple[list[int], list[float]]]) -> None:
    if card.width and card.height:
        shorter, longer = sorted((card.width, card.height))
        _note(values, "tiny", card.id, float(shorter))
        _note(values, "odd_ratio", card.id, longer / shorter)


def _paged(subject: Subject, ids: np.ndarray) -> Iterable[ItemCard]:
    for first in range(0, len(ids), PAGE):
        yield from subject.cards(ids[first : first + PAGE])


def _measure(kind: _Kind, count: int, of: int, limit: float) -> Measure:
    return Measure(
        kind.name,
        kind.title,
        float(count),
        f"of {of:,}; {kind.says}, {'from' if kind.high_is_bad else 'up to'} {limit:.3g}",
        good=(0.0, 0.0),
        scale=(0.0, float(max(1, count))),
        verdict="look" if count else "good",
        word="look" if count else "none",
    )


def _histograms(values: dict[str, tuple[list[int], list[float]]]) -> tuple[Plot, ...]:
    made = []
    for kind in KINDS_OF_DEFECT:
        numbers = np.array(values[kind.name][1])
        if kind.relative and len(numbers) >= 20:
            counts, edges = np.histogram(numbers, BINS, (0.0, 1.0))
            middles = tuple(float(value) for value in (edges[1:] + edges[:-1]) / 2)
            made.append(
                Plot(
                    kind.title, "bars", kind.says, "pictures", (Series(kind.title, middles, tuple(map(float, counts))),)
                )
            )
    return tuple(made)
