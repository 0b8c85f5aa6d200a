"""How the items of a map are compared: plainly by cosine, or with the modality gap corrected.

Corrected, every kind keeps its own neighbour lists exactly as they are, and each item also gets a few neighbours of every other
kind. Those are found after each kind is shifted to the common centroid (`gap.py`) and brought to length one; their strengths are
scaled to the item's own nearest ones. A shift alone is not enough: kinds also differ in how widely they are spread, and then the
nearest fifteen of a text are texts however close a picture of the same thing is.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_matrix

from engine.maps.gap import closing_shift
from engine.maps.graph import Graph, fuzzy_graph, memberships, union
from engine.maps.growing import Growing
from engine.maps.neighbours import nearest, neighbours_within, never_stops

ACROSS = 5  # neighbours of every other kind
ACROSS_WEIGHT = 0.6  # of their strengths; the lists within a kind still rule
FEWEST = 8  # items a kind needs to take part in the correction


class Joint:
    """Items of one map and how they compare; starts and coarse layouts are made from `common`."""

    def __init__(self, vectors: np.ndarray, kinds: np.ndarray, corrected: bool) -> None:
        self.vectors = vectors
        self.kinds = kinds
        self.corrected_as_asked = corrected
        present = [kind for kind, count in zip(*np.unique(kinds, return_counts=True)) if count >= FEWEST]
        self._groups = {kind: np.flatnonzero(kinds == kind) for kind in present} if corrected else {}
        self._corrected = len(self._groups) > 1
        self._shift = closing_shift(vectors, kinds) if self._corrected else None
        self._common = Growing(self._centred(vectors, kinds))
        self.recall = 1.0

    @property
    def common(self) -> np.ndarray:
        """Vectors (n, d) in which kinds lie together: shifted and of length one when corrected."""
        return self._common.rows if self._corrected else self.vectors

    def __len__(self) -> int:
        return len(self.vectors)

    def extended(self, vectors: np.ndarray, kinds: np.ndarray) -> Joint:
        """The same comparison with more items behind those there are; the shift stays, so nothing compared before changes.

        A kind that was too rare for the correction joins it here, once there is enough of it.
        """
        present = {kind for kind, count in zip(*np.unique(kinds, return_counts=True)) if count >= FEWEST}
        if self.corrected_as_asked and present != set(self._groups):
            return Joint(vectors, kinds, True)
        known = len(self)
        self.vectors, self.kinds = vectors, kinds
        if self._corrected:
            self._common.append(self._centred(vectors[known:], kinds[known:]))
            self._groups = {kind: np.flatnonzero(kinds == kind) for kind in self._groups}
        return self

    def part(self, chosen: np.ndarray) -> Joint:
        """The same comparison for some of the items."""
        return Joint(self.vectors[chosen], self.kinds[chosen], self._corrected)

    def graph(self, k: int, seed: int = 0, check: Callable[[], None] = never_stops) -> Graph:
        """The fuzzy graph of all items; `recall` of the lists it is made of is known afterwards."""
        if not self._corrected:
            near = neighbours_within(self.vectors, k, seed=seed, check=check)
            self.recall = near.recall
            return fuzzy_graph(near.indices, near.distances)
        total = csr_matrix((len(self), len(self)), dtype=np.float32)
        in_groups = np.zeros(len(self), bool)
        for kind, own in self._groups.items():
            in_groups[own] = True
            near = neighbours_within(self.vectors[own], k, seed=seed, check=check)
            self.recall = min(self.recall, near.recall)
            strengths = memberships(near.distances, float(near.indices.shape[1]))
            strengths[:, 0] = 0  # the item itself
            total = total + self._directed(own, own[near.indices], strengths)
            for other, members in self._groups.items():
                if other != kind:
                    total = total + self._directed(own, *self._across(self.common[own], members, check))
        rest = np.flatnonzero(~in_groups)
        if len(rest):
            members = np.flatnonzero(in_groups)
            total = total + self._directed(rest, *self._across(self.common[rest], members, check))
        total.eliminate_zeros()
        return union(total)

    def hang(
        self, vectors: np.ndarray, kinds: np.ndarray, k: int, among: int | None = None, own: int | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Neighbours among the first `among` items (all when None), for points that are not on the map yet.

        Indices int32 and strengths float32, both (n, m), nearest first, filled up by strength 0. `own` is the number of the first
        point when the points are items themselves: then none is its own neighbour.
        """
        most = len(self) if among is None else among
        if not self._corrected:
            return _hang(vectors, self.vectors[:most], np.arange(most), k, own)
        centred = self._centred(vectors, kinds)
        width = k + ACROSS * (len(self._groups) - 1)
        indices = np.zeros((len(vectors), width), np.int32)
        strengths = np.zeros((len(vectors), width), np.float32)
        for kind in np.unique(kinds):
            rows = np.flatnonzero(kinds == kind)
            at = 0
            for other, everyone in sorted(self._groups.items(), key=lambda group: group[0] != kind):
                members = everyone[everyone < most]
                if not len(members):
                    continue
                same = other == kind
                mine = vectors[rows] if same else centred[rows]
                theirs = self.vectors[members] if same else self.common[members]
                numbers = None if own is None or not same else rows + own
                found, strong = _hang(mine, theirs, members, k if same else ACROSS, numbers)
                columns = slice(at, at + found.shape[1])
                indices[rows, columns], strengths[rows, columns] = found, strong * (1.0 if same else ACROSS_WEIGHT)
                at += found.shape[1]
            indices[np.ix_(rows, np.arange(at, width))] = indices[rows, :1]
        return indices, strengths

    def _across(
        self, centred: np.ndarray, members: np.ndarray, check: Callable[[], None]
    ) -> tuple[np.ndarray, np.ndarray]:
        near = nearest(centred, self.common[members], ACROSS, check=check)
        strengths = memberships(near.distances, float(near.indices.shape[1]), self_first=False)
        return members[near.indices], strengths * np.float32(ACROSS_WEIGHT)

    def _directed(self, rows: np.ndarray, targets: np.ndarray, strengths: np.ndarray) -> csr_matrix:
        sources = np.repeat(rows, targets.shape[1])
        return csr_matrix((strengths.ravel(), (sources, targets.ravel())), shape=(len(self), len(self)))

    def _centred(self, vectors: np.ndarray, kinds: np.ndarray) -> np.ndarray:
        if self._shift is None:
            return vectors
        shifted = self._shift.apply(vectors, kinds) - self._shift.middle
        lengths = np.linalg.norm(shifted, axis=1, keepdims=True)
        return np.divide(shifted, lengths, out=shifted, where=lengths > 0)


def _hang(
    vectors: np.ndarray, among: np.ndarray, members: np.ndarray, k: int, own: np.ndarray | int | None
) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours of `vectors` in `among`, whose numbers are `members`; `own` numbers are left out of their own lists."""
    near = nearest(vectors, among, k + (own is not None))
    indices, distances = members[near.indices].astype(np.int32), near.distances
    if own is not None and indices.shape[1] > 1:
        numbers = np.arange(own, own + len(vectors)) if isinstance(own, int) else own
        others = indices != numbers[:, None]
        others[others.all(axis=1), -1] = False  # twins may have hidden the point itself: then the farthest goes
        shape = (len(indices), indices.shape[1] - 1)
        indices, distances = indices[others].reshape(shape), distances[others].reshape(shape)
    return indices, memberships(distances, float(indices.shape[1]), self_first=False)
