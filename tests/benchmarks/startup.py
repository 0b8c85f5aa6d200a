"""How long from starting the process until the window can be used, and what is imported by then.

Ours is the real window on a library of `ITEMS` items: shown, painted, a key typed into the search field has arrived, and (later)
the items counted. The peer is the same window when the model's libraries are imported before it is shown, as a plain script does.
Run as `python -m tests.benchmarks.startup`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ITEMS = 10_000
RUNS = 3


def probe(library: Path, born: float, first: str) -> dict[str, object]:
    """Start the application in this process; seconds are counted from `born`, when the parent started it."""
    if first:
        __import__("torch")
        __import__("open_clip")
    from PySide6.QtCore import Qt, QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    from desktop.app import Sightline

    sightline = Sightline(application)
    window = sightline.open(library)
    told: dict[str, object] = {}

    def counted() -> None:
        told.setdefault("counted_s", round(time.time() - born, 3))

    def listed() -> None:
        if len(window.shown.ids):
            told.setdefault("items_s", round(time.time() - born, 3))

    window.sources.counted.connect(counted)
    window.shown.changed.connect(listed)

    def type_a_letter() -> None:
        if not window.isVisible():
            QTimer.singleShot(5, type_a_letter)  # not given the keyboard yet, so not usable yet
            return
        window.activateWindow()
        window.parts.query_box.take_focus()
        field = window.parts.query_box.edit
        QTest.keyClick(field, Qt.Key.Key_H)
        assert field.text() == "h"
        told["usable_s"] = round(time.time() - born, 3)
        told["torch_imported"] = "torch" in sys.modules
        field.clear()

    QTimer.singleShot(0, type_a_letter)
    end = time.monotonic() + 30
    while time.monotonic() < end and not {"usable_s", "counted_s", "items_s"} <= told.keys():
        application.processEvents()
        time.sleep(0.002)
    sightline.close_library()
    return told


def measure(library: Path, first: str) -> dict[str, object]:
    """The best of `RUNS` fresh processes (the first also fills the disk cache)."""
    runs = []
    for _ in range(RUNS):
        words = [sys.executable, "-m", "tests.benchmarks.startup", "--probe", str(library), repr(time.time()), first]
        done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=True)
        runs.append(json.loads(done.stdout.strip().splitlines()[-1]))
    return min(runs, key=lambda run: run["usable_s"])


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from tests.benchmarks.machine import machine
    from tests.support.builders import library_with

    with tempfile.TemporaryDirectory() as folder:
        os.environ["SIGHTLINE_SETTINGS"] = str(Path(folder) / "settings.json")
        engine = library_with(Path(folder), ITEMS)
        library = engine.folder
        engine.close()
        ours, peer = measure(library, ""), measure(library, "model")
    print(
        json.dumps(
            {
                "benchmark": "startup",
                "items": ITEMS,
                "ours": ours,
                "peer": {"what": "the same window after importing torch and open_clip", **peer},
                "ratio": round(float(str(peer["usable_s"])) / float(str(ours["usable_s"])), 2),
                "machine": machine(),
            }
        )
    )


if __name__ == "__main__":
    if "--probe" in sys.argv:
        place = sys.argv.index("--probe")
        print(json.dumps(probe(Path(sys.argv[place + 1]), float(sys.argv[place + 2]), sys.argv[place + 3])))
    else:
        main()
