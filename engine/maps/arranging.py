"""One layout from vectors to positions, stage by stage, yielding something to look at from the first tenth of a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np

from engine.maps.align import align
from engine.maps.coarse import EPOCHS as COARSE_EPOCHS
from engine.maps.coarse import coarse
from engine.maps.descent import descend
from engine.maps.graph import Graph, fuzzy_graph
from engine.maps.islands import gathered
from engine.maps.joint import Joint
from engine.maps.messages import Arrange, Join, Place
from engine.maps.neighbours import neighbours_within, never_stops
from engine.maps.placement import Anchors, anchors, settle_new
from engine.maps.start import plane

LARGE = 10_000  # points; more of them need fewer epochs each, as in umap-learn
EPOCHS_SMALL, EPOCHS_LARGE = 500, 300
EPOCHS_AGAIN = 200  # when a layout is there to begin from
STEP_AGAIN = 0.25  # twice that moves the points a third further, for no better a map
COARSE_FROM = 5_000  # points; the neighbours of fewer are found before anyone could look
LOOK_EVERY = 0.05  # seconds, while only waiting for the neighbours
SECONDS_PER_POINT = (
    3e-5  # of the neighbour search, roughly: paces the coarse layout so that it moves as long as that takes
)

Step = tuple[np.ndarray, str, int]  # positions, stage, epoch
Newcomers = Callable[[], list[tuple[Join, np.ndarray]]]


class Arranging:
    """Runs an `Arrange`; afterwards `seconds` per stage and the `recall` of its neighbour lists are known."""

    def __init__(
        self, task: Arrange, joint: Joint, pool: ThreadPoolExecutor, check: Callable[[], None] = never_stops
    ) -> None:
        self.task = task
        self._joint = joint
        self.seconds: dict[str, float] = {}
        self.recall = 1.0
        self.epochs = task.epochs or self._epochs_by_size()
        self._pool = pool
        self._check = check
        self._riders: list[Anchors] = []

    def steps(self, newcomers: Newcomers = list) -> Iterator[Step]:
        """Positions of the task's rows, and behind them of whoever joined meanwhile, after every step."""
        task, began = self.task, time.perf_counter()
        first = plane(self._joint.common, task.seed) if task.start is None else task.start
        self._mark("start", began)
        yield first, "first", 0

        given_up = threading.Event()
        with ThreadPoolExecutor(1, thread_name_prefix="map-graph") as aside:
            building = aside.submit(self._graph, given_up)
            positions = first
            try:
                for positions in self._meanwhile(first, building):
                    self._welcome(newcomers)
                    yield self._with_riders(positions), "refining", 0
            except BaseException:
                given_up.set()
                raise
            graph = building.result()

        began = time.perf_counter()
        step = 1.0 if task.start is None else STEP_AGAIN
        moves = descend(graph, positions, epochs=self.epochs, pool=self._pool, seed=task.seed, step=step)
        for epoch, positions in enumerate(moves):
            self._welcome(newcomers)
            yield self._with_riders(positions), "refining", epoch
        positions = gathered(positions)
        if task.start is not None:
            positions = align(positions, task.start)
        self._mark("descent", began)
        yield self._with_riders(positions), "settled", self.epochs

    def _graph(self, given_up: threading.Event) -> Graph:
        """Neighbours and their graph; runs on a thread beside the coarse layout."""

        def check() -> None:
            if given_up.is_set():
                raise InterruptedError

        began = time.perf_counter()
        graph = self._joint.graph(self.task.neighbours, self.task.seed, check)
        self.recall = self._joint.recall
        self._mark("graph", began)
        return graph

    def _meanwhile(self, positions: np.ndarray, building: Future[Graph]) -> Iterator[np.ndarray]:
        """Positions to show until the graph is built; the last ones do not depend on how long that took."""
        if self.task.start is None and len(self._joint) > COARSE_FROM:
            began = time.perf_counter()
            pace = len(self._joint) * SECONDS_PER_POINT / COARSE_EPOCHS
            for epoch, positions in enumerate(coarse(self._joint, self._pool, self.task.seed)):
                yield positions
                ahead = began + epoch * pace - time.perf_counter()
                if ahead > 0 and not building.done():
                    time.sleep(ahead)
            self._mark("coarse", began)
        while not building.done():
            try:
                building.exception(LOOK_EVERY)
            except TimeoutError:
                pass
            yield positions

    def _welcome(self, newcomers: Newcomers) -> None:
        """Stop if asked; let those who came in ride along at the middle of their neighbours."""
        self._check()
        for join, vectors in newcomers():
            self._riders.append(anchors(*self._joint.hang(vectors, join.kinds, self.task.neighbours)))

    def _with_riders(self, positions: np.ndarray) -> np.ndarray:
        if not self._riders:
            return positions
        return np.vstack([positions, *(rider.middle(positions) for rider in self._riders)])

    def _epochs_by_size(self) -> int:
        if self.task.start is not None:
            return EPOCHS_AGAIN
        return EPOCHS_SMALL if len(self._joint) <= LARGE else EPOCHS_LARGE

    def _mark(self, stage: str, began: float) -> None:
        self.seconds[stage] = time.perf_counter() - began


def place(
    task: Place, joint: Joint, pool: ThreadPoolExecutor, check: Callable[[], None] = never_stops
) -> Iterator[np.ndarray]:
    """Positions of all rows of a `Place` after every epoch; the old ones stay bit for bit."""
    known = len(task.old)
    indices, strengths = joint.hang(joint.vectors[known:], joint.kinds[known:], task.neighbours, own=known)
    check()
    for positions in settle_new(task.old, indices, strengths, pool, task.seed):
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
