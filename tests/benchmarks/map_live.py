"""The live map while a library is indexed, and the placing of new items on a settled one.

`python -m tests.benchmarks.map_live [COUNT] [RATE]`: vectors of width 512 arrive at RATE a second in a real library. Then 1,000 are placed
on a map of 49,000 (`--place`), against a full refit of all 50,000 as the peer.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np

from engine.events import MapFrame
from engine.maps.messages import Arrange, Place, VectorFile
from engine.maps.quality import quality
from engine.maps.supervisor import MapWorker
from engine.values import VectorEntry
from tests.benchmarks.machine import machine
from tests.benchmarks.map_layout import invented
from tests.support.builders import library_with

BATCH = 64
FIRST = 1_000


def live(folder: Path, count: int, rate: float) -> dict[str, object]:
    """Seconds from 1,000 vectors to the first frame, frames a second until it settles, and how late new items appear."""
    from engine.catalogue.tables import Space

    vectors = invented(count)
    seen: list[tuple[float, int, str]] = []
    with library_with(folder, count, vectors=False) as engine:
        with engine.library.write() as session:
            session.add(Space(id=1, key="invented", name="invented", dimension=512))
        engine.jobs.subscribe(
            lambda event: (
                seen.append((time.perf_counter(), len(event.item_ids), event.stage))
                if isinstance(event, MapFrame)
                else None
            )
        )
        engine.maps.follow(True)
        time.sleep(5)  # as in the window, where the worker is ready long before vectors come
        began, arrived = time.perf_counter(), []
        for first in range(0, count, BATCH):
            block = vectors[first : first + BATCH]
            engine.vectors.add(1, [VectorEntry(first + at + 1) for at in range(len(block))], block)
            arrived.append((time.perf_counter(), first + len(block)))
            time.sleep(max(0.0, (first + len(block)) / rate - (time.perf_counter() - began)))
        indexed = time.perf_counter()
        while engine.jobs.unfinished() or engine.maps.unplaced():
            time.sleep(0.1)
        settled = max(at for at, _, _ in seen)
    ready = next(at for at, total in arrived if total >= FIRST)
    times = np.array([at for at, _, _ in seen])
    counts = np.array([number for _, number, _ in seen])
    late = [
        times[(counts >= total) & (times >= at)][0] - at
        for at, total in arrived
        if total >= FIRST and ((counts >= total) & (times >= at)).any()
    ]
    moving = np.diff(times[times <= indexed])
    return {
        "vectors": [count, 512],
        "arriving_per_s": rate,
        "first_frame_after_1000_s": round(float(times[0] - ready), 2),
        "frames_per_s_while_indexing": round(float((times <= indexed).sum() / (indexed - times[0])), 1),
        "pause_p95_s": round(float(np.percentile(moving, 95)), 3),
        "longest_pause_s": round(float(moving.max()), 2),
        "new_items_late_median_s": round(float(np.median(late)), 2),
        "new_items_late_most_s": round(float(max(late)), 2),
        "settled_after_indexing_s": round(settled - indexed, 2),
    }


def placing(folder: Path, known: int = 49_000, new: int = 1_000) -> tuple[dict[str, object], dict[str, object]]:
    """Place `new` on a map of `known`; the peer is a full refit."""
    vectors = invented(known + new)
    path = folder / "vectors"
    vectors.astype(np.float16).tofile(path)
    file, kinds = VectorFile(str(path), "<f2", 0, *vectors.shape), np.zeros(len(vectors), np.int8)
    rows, fresh = np.arange(len(vectors)), np.arange(known, known + new)
    worker = MapWorker()
    try:

        def arrange(count: int) -> np.ndarray:
            return worker.run(
                count,
                lambda task, frames: Arrange(task, file, frames, rows[:count], kinds[:count]),
                lambda frame: None,
                lambda: None,
            )[0]

        old = arrange(known)
        began = time.perf_counter()
        placed, _ = worker.run(
            len(rows),
            lambda task, frames: Place(task, file, frames, rows, kinds, old),
            lambda frame: None,
            lambda: None,
        )
        seconds = time.perf_counter() - began
        began = time.perf_counter()
        refit = arrange(len(rows))
        refit_seconds = time.perf_counter() - began
    finally:
        worker.close()
    kept, kept_by_refit = (quality(vectors, positions, 15, fresh).preservation for positions in (placed, refit))
    return (
        {
            "placed": new,
            "on": known,
            "seconds": round(seconds, 2),
            "largest_move_of_old_points": float(np.abs(placed[:known] - old).max()),
            "neighbours_kept_of_new": round(kept, 4),
            "share_of_refit": round(kept / kept_by_refit, 3),
        },
        {"name": "full refit", "seconds": round(refit_seconds, 2), "neighbours_kept_of_new": round(kept_by_refit, 4)},
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", nargs="?", type=int, default=20_000)
    parser.add_argument("rate", nargs="?", type=float, default=800.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        following = live(Path(folder), given.count, given.rate)
    with tempfile.TemporaryDirectory() as folder:
        placed, refit = placing(Path(folder))
    line = {"benchmark": "map_live", "ours": {"live": following, "placing": placed}, "peer": refit}
    ratio = placed["share_of_refit"]
    print(json.dumps({**line, "ratio": ratio, "machine": machine()}))


if __name__ == "__main__":
    main()
