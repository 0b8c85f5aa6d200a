"""A catalogue of 1,000,000 items: opened, first page, next item, filters and orders, memory. `python -m tests.benchmarks.million`

Ours is the real window and engine in a fresh process. The peer answers the same two questions from the same database as most photo
managers do: the page and the next item by `ORDER BY ... LIMIT ... OFFSET`, with every column a tile shows.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ITEMS = 1_000_000
PAGE = 100  # cards asked for at once
SEEN = 24  # tiles that are in view for certain
STEPS = 200
KEY_REPEATS = 0.033  # seconds between two presses of a held key
AIMS = {"open_s": 5.0, "first_page_ms": 200.0, "next_ms": 20.0, "resident_gb": 2.0}


def probe(library: Path) -> dict[str, object]:
    """Open the window on the library in this process and use it."""
    born = time.perf_counter()
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    from desktop.app import Sightline, prepare

    prepare()
    sightline = Sightline(application)
    window = sightline.open(library)
    window.resize(1920, 1080)

    def until(done: Callable[[], bool], seconds: float = 60.0) -> float:
        began = time.perf_counter()
        while not done() and time.perf_counter() - began < seconds:
            application.processEvents()
            time.sleep(0.001)
        return time.perf_counter() - began

    def cards_seen() -> bool:
        return window.shown.answered and all(
            window.shown.cards.card(int(item)) is not None for item in window.shown.ids[:SEEN]
        )

    until(cards_seen)
    told: dict[str, object] = {
        "open_s": round(time.perf_counter() - born, 2),
        "open_cpu_s": round(time.process_time(), 2),  # of all threads; what a busy machine does not change
        "listed": len(window.shown.ids),
    }
    engine = window.bridge.engine
    from engine.values import Filter

    def timed(question: Callable[[], object]) -> float:
        took = []
        for _ in range(3):
            began = time.perf_counter()
            question()
            took.append(time.perf_counter() - began)
        return round(1000 * min(took), 1)

    ids = window.shown.ids
    told["first_page_ms"] = timed(lambda: engine.items.cards(ids[:PAGE]))
    told["middle_page_ms"] = timed(lambda: engine.items.cards(ids[len(ids) // 2 : len(ids) // 2 + PAGE]))
    told["all_ids_ms"] = timed(lambda: engine.items.ids(Filter()))
    told["by_date_ms"] = timed(lambda: engine.items.ids(Filter(), "date", True))
    told["one_kind_ms"] = timed(lambda: engine.items.ids(Filter(kinds=("audio",))))
    told["one_collection_ms"] = timed(lambda: engine.items.ids(Filter(collection_ids=(2,))))
    told["text_ms"] = timed(lambda: engine.items.ids(Filter(text="heron")))
    told["counts_ms"] = timed(engine.items.counts)
    told["colours_ms"] = timed(lambda: engine.items.field("folder", ids))
    told["next_ms"] = _next(window, until)
    began = time.perf_counter()
    window.shown.set_sort("name")
    until(lambda: not window.shown.busy)
    told["sorted_by_name_s"] = round(time.perf_counter() - began, 2)
    told["resident_gb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)
    sightline.close_library()
    return told


def _next(window: object, until: Callable[..., float]) -> dict[str, float]:
    """From pressing the arrow until the next item is current and its card is there, in the middle of the list, as a held key does it."""
    import numpy as np

    selection, shown = window.selection, window.shown  # type: ignore[attr-defined]
    canvas = window.parts.grid.canvas  # type: ignore[attr-defined]
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    middle = len(shown.ids) // 2
    selection.set_current(int(shown.ids[middle]))
    window.parts.grid.reveal(int(shown.ids[middle]))  # type: ignore[attr-defined]
    until(lambda: shown.cards.card(int(shown.ids[middle])) is not None)
    until(lambda: False, 1.0)
    took = []
    for step in range(1, STEPS + 1):
        wanted = int(shown.ids[middle + step])
        began = time.perf_counter()
        QTest.keyClick(canvas, Qt.Key.Key_Right)
        assert selection.current == wanted
        until(lambda wanted=wanted: shown.cards.card(wanted) is not None)
        took.append(1000 * (time.perf_counter() - began))
        until(lambda: False, max(0.0, KEY_REPEATS - took[-1] / 1000))
    return {
        "median": round(float(np.median(took)), 2),
        "p99": round(float(np.percentile(took, 99)), 2),
        "worst": round(max(took), 2),
    }


def by_offset(database: Path, items: int) -> dict[str, float]:
    """The peer's page and next item, in the order of the date, in milliseconds."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    question = "SELECT * FROM item ORDER BY taken_at, id LIMIT ? OFFSET ?"

    def timed(count: int, start: int) -> float:
        took = []
        for _ in range(3):
            began = time.perf_counter()
            connection.execute(question, (count, start)).fetchall()
            took.append(time.perf_counter() - began)
        return round(1000 * min(took), 1)

    told = {"first_page_ms": timed(PAGE, 0), "next_ms": timed(1, items // 2)}
    connection.close()
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS)
    parser.add_argument("--library", type=Path, help="a library made before; without it one is made and thrown away")
    arguments = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from tests.benchmarks.machine import machine

    with tempfile.TemporaryDirectory() as folder:
        os.environ["SIGHTLINE_SETTINGS"] = str(Path(folder) / "settings.json")
        library = arguments.library or _made(Path(folder), arguments.items)
        words = [sys.executable, "-m", "tests.benchmarks.million", "--probe", str(library)]
        done = subprocess.run(words, capture_output=True, text=True, timeout=280, check=True)
        ours = json.loads(done.stdout.strip().splitlines()[-1])
        peer = by_offset(library / "library.sqlite", arguments.items)
    print(
        json.dumps(
            {
                "benchmark": "million",
                "items": arguments.items,
                "aims": AIMS,
                "ours": ours,
                "peer": {"what": "ORDER BY ... LIMIT ... OFFSET on the same database", **peer},
                "ratio": round(peer["next_ms"] / ours["next_ms"]["median"], 1),
                "machine": machine(),
            }
        )
    )


def _made(folder: Path, items: int) -> Path:
    from tests.support.builders import library_with

    engine = library_with(folder, items, vectors=False)
    engine.close()
    return engine.folder


if __name__ == "__main__":
    if "--probe" in sys.argv:
        print(json.dumps(probe(Path(sys.argv[sys.argv.index("--probe") + 1]))))
    else:
        main()
