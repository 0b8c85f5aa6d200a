"""Does the window ever freeze? The gap between beats of its event loop while it indexes, maps and searches at once.

Ours is the real window on a folder of pictures made here: AddFolders and the live map run, a search in words is asked every
half second, the grid and the map repaint. The peer is a bare Qt loop beside one Python thread that reads the same pictures with
Pillow and encodes them one batch after the other with the same model. Run as `python -m tests.benchmarks.heartbeat [PICTURES]`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

BEAT_MS = 5
PICTURES = 1_500
PEER_SECONDS = 15.0
WORDS = ("a red boat", "people", "a dog in snow", "night", "flowers", "a house", "blue", "something round")


def make_pictures(folder: Path, count: int) -> None:
    """JPEGs of 1,280 x 960, each another smooth pattern, so that decoding costs what it costs for photos."""
    from PIL import Image

    random = np.random.default_rng(0)
    folder.mkdir()
    for number in range(count):
        small = random.integers(0, 255, (12, 16, 3), dtype=np.uint8)
        Image.fromarray(small).resize((1280, 960), Image.Resampling.BICUBIC).save(
            folder / f"{number:05d}.jpg", quality=85
        )


class Heartbeat:
    """Notes how long each turn of the event loop kept the next beat waiting, in milliseconds, and how much of that it computed.

    The rest of a gap was spent waiting for the interpreter, or for a core that other threads or other programs had; on a busy machine
    that is most of it, so that only the computed part (`own`) can be compared between runs.
    """

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.gaps: list[float] = []
        self.own: list[float] = []
        self._last, self._computed = time.perf_counter(), time.thread_time()
        self.timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self.timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last, self._computed = time.perf_counter(), time.thread_time()
        self.timer.start()

    def _beat(self) -> None:
        now, computed = time.perf_counter(), time.thread_time()
        self.gaps.append((now - self._last) * 1000)
        self.own.append((computed - self._computed) * 1000)
        self._last, self._computed = now, computed

    def figures(self, first: int = 0, after: int | None = None) -> dict[str, float]:
        """Of all beats, or of those from `first` up to `after`."""
        gaps, own = (np.array(all_of[first:after] or [0.0]) for all_of in (self.gaps, self.own))
        return {
            "p50_ms": round(float(np.percentile(gaps, 50)), 2),
            "p99_ms": round(float(np.percentile(gaps, 99)), 2),
            "worst_ms": round(float(gaps.max()), 1),
            "own_p99_ms": round(float(np.percentile(own, 99)), 2),
            "own_worst_ms": round(float(own.max()), 1),
            "beats": len(gaps),
            "seconds": round(float(gaps.sum()) / 1000, 1),
        }


def run_until(done: Callable[[], bool], limit: float) -> None:
    """Run the event loop itself (not processEvents, which would hide gaps) until `done`."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, began = QEventLoop(), time.monotonic()
    look = QTimer(interval=50)
    look.timeout.connect(lambda: loop.quit() if done() or time.monotonic() - began > limit else None)
    look.start()
    loop.exec()
    look.stop()


def measure_ours(library: Path, pictures: Path, count: int) -> dict[str, object]:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from desktop.app import Sightline, prepare
    from desktop.window.pages import EXPLORE
    from engine.workflows.add_folders import AddFolders

    prepare()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    sightline = Sightline(application)
    window = sightline.open(library)
    assert sightline.bridge is not None
    ended: list[object] = []
    searches: list[float] = []
    window.book.ended.connect(lambda entry: ended.append(entry) if entry.lane == "engine" else None)
    run_until(lambda: window.shown.answered, 30)
    heartbeat, asked = Heartbeat(), 0

    def search() -> None:
        nonlocal asked
        window.search_for(WORDS[asked % len(WORDS)])
        asked += 1

    window.shown.changed.connect(lambda: searches.append(window.shown.hits.milliseconds) if window.shown.hits else None)
    searching = QTimer(interval=500)
    searching.timeout.connect(search)
    began = time.perf_counter()
    window.open_page(EXPLORE)  # adding a folder does this; the page is built and painted for the first time
    application.processEvents()
    opened = (time.perf_counter() - began) * 1000
    sightline.bridge.submit(AddFolders((str(pictures),)))
    heartbeat.start()
    searching.start()
    engine = sightline.engine
    assert engine is not None
    run_until(lambda: bool(ended) or engine.models.loaded(), 900)
    loaded = len(heartbeat.gaps)
    run_until(lambda: bool(ended), 900)
    heartbeat.timer.stop()
    searching.stop()
    counts = sightline.engine.items.counts() if sightline.engine else None
    sightline.close_library()
    return {
        **heartbeat.figures(),
        "while_the_model_loads": heartbeat.figures(0, loaded),
        "once_it_is_loaded": heartbeat.figures(loaded),
        "first_page_ms": round(opened, 1),
        "indexed": counts.indexed if counts else 0,
        "of": count,
        "searches_answered": len(searches),
        "search_p50_ms": round(float(np.median(searches)), 1) if searches else None,
    }


def measure_peer(library: Path, pictures: Path) -> dict[str, object]:
    from PIL import Image

    from engine.engine import Engine

    stop = threading.Event()
    encoded = 0
    with Engine.open(library, read_only=True) as engine:
        encoder = engine.models.encoder("starter")

        def work() -> None:
            nonlocal encoded
            names, edge = sorted(pictures.iterdir()), encoder.image.size
            while not stop.is_set():
                batch = [np.asarray(Image.open(name).convert("RGB").resize((edge, edge))) for name in names[:32]]
                encoder.encode_images(np.stack(batch))
                encoded += len(batch)

        thread = threading.Thread(target=work)
        heartbeat = Heartbeat()
        thread.start()
        heartbeat.start()
        run_until(lambda: False, PEER_SECONDS)
        heartbeat.timer.stop()
        stop.set()
        thread.join()
    return {
        "what": "a bare Qt loop beside one Python thread with Pillow and the same model",
        **heartbeat.figures(),
        "encoded": encoded,
    }


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PICTURES
    from PySide6.QtWidgets import QApplication

    from tests.benchmarks.machine import machine

    _application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        os.environ["SIGHTLINE_SETTINGS"] = str(place / "settings.json")
        make_pictures(place / "pictures", count)
        ours = measure_ours(place / "library", place / "pictures", count)
        peer = measure_peer(place / "library", place / "pictures")
    ratio = round(float(str(peer["p99_ms"])) / float(str(ours["p99_ms"])), 2)
    print(json.dumps({"benchmark": "heartbeat", "ours": ours, "peer": peer, "ratio": ratio, "machine": machine()}))


if __name__ == "__main__":
    main()
