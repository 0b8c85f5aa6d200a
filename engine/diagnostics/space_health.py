"""How a model's space is shaped on these items: gap, alignment, uniformity, hubs, rank, near copies, each with what to do.

Alignment and uniformity after Wang & Isola 2020 (arXiv:2005.10242), the gap after Liang et al. 2022 (arXiv:2203.02053), hubness after
Radovanović et al. 2010, effective rank after Roy & Vetterli 2007. We judge alignment and near copies against distances of random
pairs of the same space, not by fixed numbers, so that a shifted or squeezed space is told once and not by every measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Annotated

import numpy as np

from engine.diagnostics import diagnostic, geometry
from engine.errors import UserFixable
from engine.evidence import Advice, Evidence, Measure, Measures, Part, Plot, Series, Table
from engine.registry import Describe
from engine.values import KINDS, Kind

if TYPE_CHECKING:
    from engine.diagnostics.subject import Subject
    from engine.jobs.progress import Progress

PLURAL: dict[str, str] = {"image": "pictures", "audio": "sounds", "text": "texts"}
FEWEST = 8  # items of a kind, for its centroid to mean something
FEWEST_PAIRS = 8
GAP_TO = 0.5
UNIFORM_TO = -1.0
HUBNESS_TO = 4.0
RANK_SHARE = 0.12  # of the dimensions
COPIES_TO = 0.05
COPY_SHARE = 1 / 50  # of the usual squared distance
HUB_TIMES = 10  # as often among neighbours as the average item
BINS = 48


@dataclass(frozen=True, eq=False)
class _OneKind:
    """A kind's items in the space, and who is near whom."""

    kind: Kind
    ids: np.ndarray
    vectors: np.ndarray
    near: np.ndarray  # (n, k) rows
    cosines: np.ndarray  # (n, k)


@diagnostic("space_health", paper="arXiv:2005.10242", needs=KINDS)
@dataclass(frozen=True)
class SpaceHealth:
    """Measure how a model's space is shaped on your items."""

    neighbours: Annotated[int, Describe("Neighbours", "How many nearest items count as neighbours.", 1, 100)] = 10
    most: Annotated[
        int, Describe("Items at most", "Of each kind so many are drawn at random; more takes longer.", 100, 100_000)
    ] = 10_000

    def measure(self, subject: Subject, progress: Progress) -> Evidence:
        """Raises `UserFixable` for fewer than `FEWEST` items with vectors, or when all vectors are the same."""
        progress.start(6, "measures", "Reading vectors")
        kinds = self._kinds(subject)
        progress.step()
        left_out: list[str] = []
        shape = self._shape(kinds)
        progress.step(note="Measuring the gap between kinds")
        gap = self._gaps(kinds, subject)
        if not gap:
            left_out.append("The gap needs items of two kinds; these are all of one kind.")
        progress.step(note="Measuring pairs")
        aligned, similarity = self._alignment(subject)
        if aligned is None:
            left_out.append("Alignment needs pairs, and there are too few yet. The others were measured.")
        progress.step(note="Looking for hubs")
        hubness, hubs, table = self._hubs(kinds)
        progress.step()
        copies = self._copies(kinds, subject)
        measures = [*gap, *([aligned] if aligned else []), shape[0], hubness, shape[1], copies]
        advice = [_advice(measure, hubs) for measure in measures if measure.verdict == "look"]
        parts: list[Part] = [
            Measures("Shape of the space", tuple(measures)),
            *([similarity] if similarity else []),
            shape[2],
            table,
        ]
        progress.step()
        count = len(advice)
        said = "nothing to worry about" if not count else f"{count} thing{'' if count == 1 else 's'} to look at"
        return Evidence(f"Space health: {said}", tuple(parts), tuple(advice), tuple(left_out))

    def _kinds(self, subject: Subject) -> list[_OneKind]:
        found = []
        for kind in KINDS:
            ids, vectors = subject.vectors(subject.of_kind(kind))
            if len(ids) < FEWEST:
                continue
            if len(ids) > self.most:
                rows = np.sort(subject.random().permutation(len(ids))[: self.most])
                ids, vectors = ids[rows], vectors[rows]
            near, cosines = geometry.neighbours(vectors, min(self.neighbours, len(ids) - 1))
            found.append(_OneKind(kind, ids, vectors, near, cosines))
        if not found:
            raise UserFixable(
                f"At least {FEWEST} items of a kind with vectors are needed, and there are fewer.",
                "Nothing was measured and nothing was changed.",
                "Add more files, or index them with this model first.",
            )
        if all(float(np.ptp(one.vectors, axis=0).max()) < 1e-6 for one in found):
            raise UserFixable(
                "All vectors are identical, so the space has no shape.",
                "A search with this model finds everything or nothing.",
                "Index again, or use another model.",
            )
        return found

    def _gaps(self, kinds: list[_OneKind], subject: Subject) -> list[Measure]:
        made = []
        for one, other in combinations(kinds, 2):
            between = one.vectors.mean(axis=0, dtype=np.float64) - other.vectors.mean(axis=0, dtype=np.float64)
            distance = float(np.linalg.norm(between))
            apart = geometry.probe(one.vectors, other.vectors, subject.random())
            wide = distance > GAP_TO
            made.append(
                Measure(
                    f"gap_{one.kind}_{other.kind}",
                    "Modality gap",
                    distance,
                    f"{PLURAL[one.kind]} against {PLURAL[other.kind]}; a straight line tells {100 * apart:.0f} % of them apart",
                    good=(0.0, GAP_TO),
                    scale=(0.0, 1.5),
                    verdict="look" if wide else "good",
                    word="wide" if wide else "good",
                )
            )
        return made

    def _alignment(self, subject: Subject) -> tuple[Measure | None, Plot | None]:
        lefts, rights, _ = subject.pairs()
        if len(lefts) > self.most:
            rows = np.sort(subject.random().permutation(len(lefts))[: self.most])
            lefts, rights = lefts[rows], rights[rows]
        there = np.isin(lefts, subject.vectors(lefts)[0]) & np.isin(rights, subject.vectors(rights)[0])
        if there.sum() < FEWEST_PAIRS:
            return None, None
        left, right = subject.vectors(lefts[there])[1], subject.vectors(rights[there])[1]
        value = geometry.alignment(left, right)
        random = subject.random()
        others = right[random.permutation(len(right))]
        chance = np.sum((left - others) ** 2, axis=1, dtype=np.float64)
        edge = float(np.quantile(chance, 0.10))
        good = value <= edge
        matching, unmatching = np.sum(left * right, axis=1), np.sum(left * others, axis=1)
        return Measure(
            "alignment",
            "Alignment",
            value,
            "matching pairs lie close: mean squared distance, good below 9 of 10 random pairs",
            good=(0.0, edge),
            scale=(0.0, 2.0),
            verdict="good" if good else "look",
            word="good" if good else "loose",
        ), _histograms(unmatching, matching)

    def _shape(self, kinds: list[_OneKind]) -> tuple[Measure, Measure, Plot]:
        even = float(np.mean([geometry.uniformity(one.vectors[:5_000]) for one in kinds]))
        largest = max(kinds, key=lambda one: len(one.ids))
        rank, values = geometry.effective_rank(largest.vectors)
        dimension = largest.vectors.shape[1]
        able = min(dimension, len(largest.ids) - 1)  # so many directions could be in use at most
        edge = RANK_SHARE * able
        strength = values[:able] / max(float(values[0]), 1e-12)
        uniform = Measure(
            "uniformity",
            "Uniformity",
            even,
            "uses the whole sphere; 0 is one point",
            good=(-4.0, UNIFORM_TO),
            scale=(-4.0, 0.0),
            verdict="good" if even <= UNIFORM_TO else "look",
            word="good" if even <= UNIFORM_TO else "crowded",
        )
        directions = Measure(
            "effective_rank",
            "Effective rank",
            rank,
            f"directions in use by {PLURAL[largest.kind]}, of {able}",
            good=(edge, float(able)),
            scale=(0.0, float(able)),
            verdict="good" if rank >= edge else "look",
            word="good" if rank >= edge else "few",
        )
        curve = Plot(
            "Directions in use",
            "line",
            "direction",
            "strength, logarithmic",
            (
                Series(
                    PLURAL[largest.kind],
                    tuple(float(place) for place in range(1, able + 1)),
                    tuple(float(max(value, 1e-4)) for value in strength),
                ),
            ),
            marks=((rank, f"effective rank {rank:.0f}"),),
            logarithmic=True,
        )
        return uniform, directions, curve

    def _hubs(self, kinds: list[_OneKind]) -> tuple[Measure, list[int], Table]:
        found: list[tuple[int, int, Kind]] = []
        skews = []
        for one in kinds:
            counts = geometry.occurrences(one.near)
            skews.append(geometry.skewness(counts))
            hubs = np.flatnonzero(counts >= HUB_TIMES * one.near.shape[1])
            found += [(int(counts[row]), int(one.ids[row]), one.kind) for row in hubs]
        found.sort(key=lambda hub: (-hub[0], hub[1]))
        skew = max(skews)
        many = skew > HUBNESS_TO
        measure = Measure(
            "hubness",
            "Hubness",
            skew,
            "items near everyone; skew of how often an item is a neighbour",
            good=(None, HUBNESS_TO),
            scale=(0.0, 10.0),
            verdict="look" if many else "good",
            word=f"{len(found)} hub{'' if len(found) == 1 else 's'}" if many else "good",
        )
        rows = tuple((kind, count) for count, _, kind in found[:20])
        table = Table(
            "Largest hubs",
            ("Kind", "Lists it stands in"),
            rows,
            tuple(number for _, number, _ in found[:20]),
            right=(1,),
            note=f"How many items count it among their {self.neighbours} nearest. Shown from {HUB_TIMES} times the average on.",
        )
        return measure, [number for _, number, _ in found], table

    def _copies(self, kinds: list[_OneKind], subject: Subject) -> Measure:
        copies = total = 0
        for one in kinds:
            mixed = subject.random().permutation(len(one.vectors))
            usual = float(np.median(1 - np.sum(one.vectors * one.vectors[mixed], axis=1, dtype=np.float64)))
            copies += int((1 - one.cosines[:, 0].astype(np.float64) <= COPY_SHARE * usual).sum())
            total += len(one.ids)
        share = copies / total
        return Measure(
            "duplicate_mass",
            "Duplicate mass",
            100 * share,
            "share of items with a near copy",
            good=(0.0, 100 * COPIES_TO),
            scale=(0.0, 20.0),
            verdict="good" if share <= COPIES_TO else "look",
            word="low" if share <= COPIES_TO else "high",
            unit=" %",
        )


def _histograms(unmatching: np.ndarray, matching: np.ndarray) -> Plot:
    low, high = float(min(unmatching.min(), matching.min())), float(max(unmatching.max(), matching.max()))
    edges = np.linspace(low, max(high, low + 1e-6), BINS + 1)
    middles = tuple(float(value) for value in (edges[1:] + edges[:-1]) / 2)
    series = []
    for name, values in (("random pairs", unmatching), ("matching pairs", matching)):
        counts, _ = np.histogram(values, edges)
        series.append(Series(name, middles, tuple(float(count) / len(values) for count in counts)))
    return Plot("Similarity", "line", "cosine", "share of pairs", tuple(series))


def _advice(measure: Measure, hubs: list[int]) -> Advice:
    if measure.name.startswith("gap"):
        _, one, other = measure.name.split("_")
        return Advice(
            f"{PLURAL[one].capitalize()} and {PLURAL[other]} live apart",
            f"A {other if other != 'audio' else 'sound'} finds its own kind before what it describes. "
            "Correcting the gap moves no neighbour within a kind.",
            "maps.correct",
        )
    told = {
        "alignment": (
            "Matching pairs are not close",
            "What belongs together is hardly nearer than what does not. Fine-tune on your pairs, or use a larger model.",
            "train:align",
        ),
        "uniformity": (
            "Vectors crowd in one corner",
            "All cosines are alike, so rankings rest on small differences. Fine-tune with the spread term, or use another model.",
            "train:align",
        ),
        "hubness": (
            f"{len(hubs)} item{'' if len(hubs) == 1 else 's'} turn up everywhere",
            "They are near a great many others whatever is asked. Look at them, and hide those that say nothing.",
            "marks.hide",
        ),
        "effective_rank": (
            "Few directions are in use",
            "The model describes these items with few features and mixes up what differs in others. Use a larger model or fine-tune.",
            "train:align",
        ),
        "duplicate_mass": (
            "Many near copies",
            "They crowd searches and the map, and training learns them twice. Review duplicates and set copies aside.",
            "diagnose:duplicates",
        ),
    }
    title, text, act = told[measure.name]
    return Advice(title, text, act, tuple(hubs[:500]) if measure.name == "hubness" else ())
