"""One layout from vectors to positions, stage by stage, yielding something to look at from the first tenth of a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.maps.align import align
from engine.maps.descent import descend
from engine.maps.gap import closing_shift
from engine.maps.graph import fuzzy_graph
from engine.maps.messages import Arrange, Join, Place
from engine.maps.neighbours import nearest, neighbours_within, never_stops
from engine.maps.placement import Anchors, anchors, settle_new
from engine.maps.start import plane

LARGE = 10_000  # points; more of them need fewer epochs each, as in umap-learn
EPOCHS_SMALL, EPOCHS_LARGE = 500, 300
EPOCHS_AGAIN = 200  # when a layout is there to begin from
STEP_AGAIN = 0.5

Step = tuple[np.ndarray, str, int]  # positions, stage, epoch
Newcomers = Callable[[], list[tuple[Join, np.ndarray]]]


class Arranging:
    """Runs an `Arrange`; afterwards `seconds` per stage and the `recall` of its neighbour lists are known."""

    def __init__(
        self, task: Arrange, vectors: np.ndarray, pool: ThreadPoolExecutor, check: Callable[[], None] = never_stops
    ) -> None:
        self.task = task
        self._shift = closing_shift(vectors, task.kinds) if task.corrected else None
        self.vectors = vectors if self._shift is None else self._shift.apply(vectors, task.kinds)
        self.seconds: dict[str, float] = {}
        self.recall = 1.0
        self.epochs = task.epochs or self._epochs_by_size()
        self._pool = pool
        self._check = check
        self._riders: list[Anchors] = []

    def steps(self, newcomers: Newcomers = list) -> Iterator[Step]:
        """Positions of the task's rows, and behind them of whoever joined meanwhile, after every step."""
        task, began = self.task, time.perf_counter()
        start = plane(self.vectors, task.seed) if task.start is None else task.start
        self._mark("start", began)
        yield start, "first", 0

        began = time.perf_counter()
        near = neighbours_within(self.vectors, task.neighbours, seed=task.seed, check=self._check)
        self.recall = near.recall
        self._mark("neighbours", began)
        began = time.perf_counter()
        graph = fuzzy_graph(near.indices, near.distances)
        self._mark("graph", began)

        began = time.perf_counter()
        step = 1.0 if task.start is None else STEP_AGAIN
        positions = start
        moves = descend(graph, start, epochs=self.epochs, pool=self._pool, seed=task.seed, step=step)
        for epoch, positions in enumerate(moves):
            self._check()
            for join, vectors in newcomers():
                self._take_along(vectors if self._shift is None else self._shift.apply(vectors, join.kinds))
            yield self._with_riders(positions), "refining", epoch
        if task.start is not None:
            positions = align(positions, task.start)
        self._mark("descent", began)
        yield self._with_riders(positions), "settled", self.epochs

    def _take_along(self, vectors: np.ndarray) -> None:
        near = nearest(vectors, self.vectors, self.task.neighbours, check=self._check)
        self._riders.append(anchors(near.indices, near.distances))

    def _with_riders(self, positions: np.ndarray) -> np.ndarray:
        if not self._riders:
            return positions
        return np.vstack([positions, *(rider.middle(positions) for rider in self._riders)])

    def _epochs_by_size(self) -> int:
        if self.task.start is not None:
            return EPOCHS_AGAIN
        return EPOCHS_SMALL if len(self.vectors) <= LARGE else EPOCHS_LARGE

    def _mark(self, stage: str, began: float) -> None:
        self.seconds[stage] = time.perf_counter() - began


def place(
    task: Place, vectors: np.ndarray, pool: ThreadPoolExecutor, check: Callable[[], None] = never_stops
) -> Iterator[np.ndarray]:
    """Positions of all rows of a `Place` after every epoch; the old ones stay bit for bit."""
    if task.corrected:
        vectors = closing_shift(vectors, task.kinds).apply(vectors, task.kinds)
    known = len(task.old)
    own = np.arange(known, len(vectors), dtype=np.int32)[:, None]
    near = nearest(vectors[known:], vectors, task.neighbours, check=check)
    others = near.indices != own
    others[others.all(axis=1), -1] = False  # twins may have hidden the point itself: then the farthest goes
    shape = (len(own), near.indices.shape[1] - 1)
    indices, distances = near.indices[others].reshape(shape), near.distances[others].reshape(shape)
    for positions in settle_new(task.old, indices, distances, pool, task.seed):
        check()
        yield positions


def rehearse() -> None:
    """Run every compiled function once on almost nothing."""
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((64, 8)).astype(np.float32)
    with ThreadPoolExecutor(1) as pool:
        near = neighbours_within(vectors, 5)
        neighbours_within(vectors, 5, exact_up_to=32)
        list(descend(fuzzy_graph(near.indices, near.distances), plane(vectors), epochs=2, pool=pool))
