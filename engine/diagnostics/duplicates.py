"""Groups of copies: the same bytes in several places; the same picture saved again, resized, cropped, turned or a little edited;
series of shots. Each with the copy to keep and why. Nothing is changed and nothing is deleted.

Candidates come from an exact search over small grey squares the right way round (`looks`), and from nearest neighbours in the model's
space for cut-outs; every candidate is then laid over the other (`same_picture`). What was called no duplicates is not asked again.
"""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from engine.catalogue.queries.copies import Place
from engine.diagnostics import close_pairs, diagnostic, geometry, keeper
from engine.diagnostics.looks import Looks, decoded, look_at, shared_colours
from engine.diagnostics.same_picture import SIDE, Sight, likeness
from engine.errors import UserFixable
from engine.evidence import Evidence, Group, Groups, Measure, Measures, Member
from engine.registry import Describe

if TYPE_CHECKING:
    from engine.diagnostics.subject import Subject
    from engine.jobs.progress import Progress

FEWEST = 2
NEARBY = 3  # nearest neighbours that may be a cut-out
SHARED = 0.6  # of the colours, for a neighbour to be looked at
FLAT = 20_000  # pictures up to which neighbours are searched exactly
KEPT_SIGHTS = 4_000
Edge = tuple[int, int, float]


@diagnostic("duplicates", needs=("image", "audio", "text"), model=False)
@dataclass(frozen=True)
class Duplicates:
    """Find copies of files, and pictures saved again, resized, cropped, turned or edited a little."""

    near: Annotated[bool, Describe("Near copies", "Also pictures that are one but not byte for byte.")] = True
    square: Annotated[
        float, Describe("At a glance", "How alike small grey squares must be to look closer.", 0.5, 1)
    ] = 0.85
    neighbour: Annotated[
        float, Describe("Cut-outs", "How near in the model's space; lower finds smaller cut-outs, slower.", 0.3, 1)
    ] = 0.6
    series: Annotated[
        float, Describe("Series", "Shots within so many seconds are a series; 0: do not look.", 0, 600)
    ] = 3.0

    def measure(self, subject: Subject, progress: Progress) -> Evidence:
        """Raises `UserFixable` for fewer than two items."""
        if len(subject.ids) < FEWEST:
            raise UserFixable(
                f"At least {FEWEST} items are needed to compare, and there {'is 1' if len(subject.ids) else 'are none'}.",
                "Nothing was changed.",
                "Add more files.",
            )
        copies = self._exact(subject)
        edges, left_out = self._near(subject, progress) if self.near else ([], ())
        groups = _groups(subject, copies, edges)
        joined = {member.item_id for group in groups for member in group.members}
        groups += self._series(subject, joined) if self.series else []
        counts = {kind: sum(group.kind == kind for group in groups) for kind in ("exact", "near", "series")}
        free = sum(group.bytes_free for group in groups if group.kind != "series")
        aside = sum(len(group.members) - 1 for group in groups if group.kind != "series")
        numbers = Measures(
            "How many",
            tuple(
                Measure(name, title, float(value), says, scale=(0.0, float(max(1, value))), unit=unit)
                for name, title, value, says, unit in (
                    ("exact", "Exact", counts["exact"], "groups of the same bytes in several places", ""),
                    ("near", "Near", counts["near"], "groups with pictures saved again, cut, turned or edited", ""),
                    ("series", "Series", counts["series"], "groups of shots taken one after the other", ""),
                    ("aside", "Could be set aside", aside, "files besides those to keep", ""),
                    (
                        "free",
                        "Room they take",
                        round(free / 1e6, 3),
                        "stays taken until you remove files yourself",
                        " MB",
                    ),
                )
            ),
        )
        found = counts["exact"] + counts["near"]
        headline = (
            f"{found:,} group{'' if found == 1 else 's'} of duplicates in {len(subject.ids):,} items"
            if found
            else f"No duplicates found in {len(subject.ids):,} items"
        )
        note = "The one to keep first. Setting aside only hides the others here; the files stay on disk."
        return Evidence(headline, (numbers, Groups("Duplicates", tuple(groups), len(groups), note)), left_out=left_out)

    def _exact(self, subject: Subject) -> dict[int, int]:
        """Items in several places, without those whose places were accepted before."""
        from engine.catalogue.queries.copies import in_several_places

        with subject.engine.library.read() as session:
            found = in_several_places(session, subject.ids)
        said = subject.engine.judgements.of("duplicate")
        return {
            item: count
            for item, count in found.items()
            if (item, item) not in said or int(said[item, item].pattern or 0) < count
        }

    def _near(self, subject: Subject, progress: Progress) -> tuple[list[Edge], tuple[str, ...]]:
        ids = subject.of_kind("image")
        if len(ids) < FEWEST:
            return [], ()
        progress.start(len(ids), "pictures", "Looking at pictures")
        seen = look_at(ids, subject.engine.thumbnails.get, progress.step)
        pairs = self._alike(seen, progress) | self._cut_outs(subject, ids, seen, progress)
        said = subject.engine.judgements.of("duplicate")
        apart = {pair for pair, word in said.items() if word.verdict == "no"}
        open_pairs = sorted(pair for pair in pairs if (int(ids[pair[0]]), int(ids[pair[1]])) not in apart)
        edges = list(_verified(subject, ids, open_pairs, progress))
        missing = int((~seen.seen).sum())
        told = (f"{missing:,} of {len(ids):,} pictures have no thumbnail yet and were left out.",) if missing else ()
        return edges, told

    def _alike(self, seen: Looks, progress: Progress) -> set[tuple[int, int]]:
        """Pairs (a < b, positions) whose grey squares are alike in some position."""
        if len(seen.squares) < 2:
            return set()
        blocks = -(-len(seen.squares) // close_pairs.ROWS)
        progress.start(blocks, "blocks", "Comparing pictures")
        found = close_pairs.close_pairs(seen.squares, self.square, step=lambda rows, count: progress.step())
        a, b = seen.owner[found.a], seen.owner[found.b]
        return {(int(min(x, y)), int(max(x, y))) for x, y in zip(a, b) if x != y}

    def _cut_outs(self, subject: Subject, ids: np.ndarray, seen: Looks, progress: Progress) -> set[tuple[int, int]]:
        """Pairs that are near in the model's space and share most of their colours."""
        try:
            with_vector, vectors = subject.vectors(ids)
        except UserFixable:  # no model is installed: cut-outs are then found only where they are large
            return set()
        if len(with_vector) < 2:
            return set()
        place = np.searchsorted(ids, with_vector)
        near, cosines = _nearest(vectors, min(NEARBY, len(vectors) - 1))
        rows, columns = np.nonzero(cosines >= self.neighbour)
        a, b = place[rows], place[near[rows, columns]]
        keep = (shared_colours(seen.colours, a, b) >= SHARED) & seen.seen[a] & seen.seen[b]
        progress.check()
        return {(int(min(x, y)), int(max(x, y))) for x, y in zip(a[keep], b[keep])}

    def _series(self, subject: Subject, taken_already: set[int]) -> list[Group]:
        """Runs of shots of one camera, each within `series` seconds of the one before."""
        from engine.catalogue.queries.copies import places_of, taken

        with subject.engine.library.read() as session:
            shots = [shot for shot in taken(session, subject.of_kind("image")) if shot[0] not in taken_already]
        runs: list[list[int]] = []
        last: dict[str, tuple[float, list[int]]] = {}
        for number, moment, camera in shots:
            before = last.get(camera)
            if camera and before is not None and moment - before[0] <= self.series:
                before[1].append(number)
                last[camera] = (moment, before[1])
            else:
                runs.append([number])
                last[camera] = (moment, runs[-1])
        runs = [run for run in runs if len(run) > 1]
        with subject.engine.library.read() as session:
            by_item = _by_item(places_of(session, [number for run in runs for number in run]))
        made = []
        for run in runs:
            places = [by_item[number][0] for number in run if number in by_item]
            if len(places) > 1:
                made.append(_group("series", places, {}))
        return made


def _nearest(vectors: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Nearest others of each row: exactly, or among the closest cells where there are many rows."""
    if len(vectors) <= FLAT:
        return geometry.neighbours(vectors, count)
    import faiss

    rows = np.ascontiguousarray(vectors, np.float32)
    cells = int(2 * np.sqrt(len(rows)))
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(rows.shape[1]), rows.shape[1], cells, faiss.METRIC_INNER_PRODUCT)
    index.train(rows[:: max(1, len(rows) // (40 * cells))])
    index.add(rows)
    index.nprobe = 6
    cosines, near = index.search(rows, count + 1)
    own = near == np.arange(len(rows))[:, None]
    own[~own.any(axis=1), -1] = True  # its own row was not among its nearest: an exact copy took its place
    keep = ~own
    keep[keep.sum(axis=1) > count, -1] = False
    near, cosines = near[keep].reshape(-1, count), cosines[keep].reshape(-1, count)
    return np.maximum(near, 0), np.where(near < 0, -1, cosines)


def _verified(subject: Subject, ids: np.ndarray, pairs: list[tuple[int, int]], progress: Progress) -> Iterable[Edge]:
    """(item id, item id, likeness) of the pairs that are one picture."""
    sights: OrderedDict[int, Sight | None] = OrderedDict()

    def sight(place: int) -> Sight | None:
        if place not in sights:
            data = subject.engine.thumbnails.get(int(ids[place]), 96)
            picture = decoded(data, SIDE, keep_shape=True) if data is not None else None
            sights[place] = Sight.of(picture) if picture is not None else None
            if len(sights) > KEPT_SIGHTS:
                sights.popitem(last=False)
        return sights[place]

    progress.start(len(pairs), "pairs", "Looking closer")
    for a, b in pairs:
        one, other = sight(a), sight(b)
        score = likeness(one, other) if one is not None and other is not None else 0.0
        progress.step()
        if score:
            yield int(ids[a]), int(ids[b]), min(1.0, score)


def _groups(subject: Subject, copies: dict[int, int], edges: list[Edge]) -> list[Group]:
    from engine.catalogue.queries.copies import places_of

    parent: dict[int, int] = {}

    def root(item: int) -> int:
        while parent.setdefault(item, item) != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    likeness_of: dict[tuple[int, int], float] = {}
    for a, b, score in edges:
        parent[max(root(a), root(b))] = min(root(a), root(b))
        likeness_of[a, b] = likeness_of[b, a] = score
    together: dict[int, list[int]] = defaultdict(list)
    for item in sorted({*parent, *copies}):
        together[root(item)].append(item)
    with subject.engine.library.read() as session:
        by_item = _by_item(places_of(session, [item for items in together.values() for item in items]))
    made = []
    for items in together.values():
        places = [place for item in items for place in by_item.get(item, ())]
        if len(places) > 1:
            made.append(
                _group("near" if len({place.item_id for place in places}) > 1 else "exact", places, likeness_of)
            )
    return sorted(made, key=lambda group: (-group.bytes_free, group.members[0].item_id))


def _group(kind: str, places: list[Place], likeness_of: dict[tuple[int, int], float]) -> Group:
    best, why = keeper.choose(places)
    others = sorted((place for place in places if place is not best), key=lambda place: (place.item_id, place.path))
    members = [Member(best.item_id, best.path, kind, True)]  # type: ignore[arg-type]
    for place in others:
        same = place.item_id == best.item_id
        score = 1.0 if same else likeness_of.get((best.item_id, place.item_id), 0.0)
        members.append(Member(place.item_id, place.path, "exact" if same else kind, False, score))  # type: ignore[arg-type]
    return Group(kind, tuple(members), why, sum(place.size for place in others))  # type: ignore[arg-type]


def _by_item(places: list[Place]) -> dict[int, list[Place]]:
    found: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        found[place.item_id].append(place)
    return found
