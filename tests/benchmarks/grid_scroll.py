"""How long the grid takes per step of scrolling through 100,000 items, against Qt's own QListView. `python -m tests.benchmarks.grid_scroll`

1320 x 984, offscreen. Ours fetches cards and decodes thumbnails off the GUI thread meanwhile; the peer is given its names in a list and
one ready picture for every item, so it reads and decodes nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtCore import QAbstractListModel, QEventLoop, QModelIndex, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QIcon, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QApplication, QListView

from tests.benchmarks.machine import machine

SIZE = (1320, 984)
STEPS = 150
STEP = 90  # pixels, a notch and a half of a wheel
JUMPS = 30
PICTURES = 3000  # items that have a thumbnail; more are not passed by


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    items = parser.parse_args().items
    sys.setswitchinterval(0.0005)  # as the application does
    application = QApplication.instance() or QApplication([])
    ours = _ours(items)
    peer = _peer(items)
    print(
        json.dumps(
            {
                "benchmark": "grid_scroll",
                "items": items,
                "unit": "milliseconds per step, handled and drawn",
                "ours": ours,
                "peer": {"name": "QListView, icon mode, pictures ready", **peer},
                "ratio": {
                    name: round(peer[name]["median"] / ours[name]["median"], 2) for name in ("scroll", "jump", "list")
                },
                "machine": machine(),
            }
        )
    )
    del application


def _ours(items: int) -> dict[str, dict[str, float]]:
    from desktop.actions import ActionRegistry
    from desktop.bridge import EngineBridge
    from desktop.collections.grid_view import GridView
    from desktop.selection import SelectionModel
    from desktop.shown import Shown
    from desktop.theme import Theme
    from tests.support.builders import library_with

    with (
        tempfile.TemporaryDirectory() as folder,
        library_with(Path(folder), items, vectors=False, thumbnails=PICTURES) as engine,
    ):
        theme = Theme("dark")
        theme.apply()
        bridge = EngineBridge(engine)
        shown = Shown(bridge)
        view = GridView(bridge, theme, ActionRegistry(), SelectionModel(), shown)
        view.resize(*SIZE)
        view.show()
        shown.refresh()
        while not shown.answered:
            QApplication.processEvents()
        _settle(500)
        listed = _timed(view.canvas._take_shown, 5)
        result = {**_scrolled(view.canvas), "list": listed}
        bridge.close()
        view.close()
    return result


def _peer(items: int) -> dict[str, dict[str, float]]:
    view = QListView()
    view.setViewMode(QListView.ViewMode.IconMode)
    view.setUniformItemSizes(True)
    view.setMovement(QListView.Movement.Static)
    view.setResizeMode(QListView.ResizeMode.Adjust)
    view.setIconSize(QSize(96, 88))
    view.setGridSize(QSize(107, 111))
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.resize(*SIZE)
    view.show()
    model = _Ready(items)

    def fill() -> None:
        view.setModel(None)
        view.setModel(model)
        QApplication.processEvents()

    fill()
    return {**_scrolled(view), "list": _timed(fill, 3)}


class _Ready(QAbstractListModel):
    def __init__(self, items: int) -> None:
        super().__init__()
        self._names = [f"heron_{number:06}.jpg" for number in range(items)]
        picture = QPixmap(96, 72)
        picture.fill(QColor("#7a8"))
        self._icon = QIcon(picture)

    def rowCount(self, parent: object = None) -> int:
        return len(self._names)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._names[index.row()]
        return self._icon if role == Qt.ItemDataRole.DecorationRole else None


def _scrolled(view: QAbstractScrollArea) -> dict[str, dict[str, float]]:
    bar = view.verticalScrollBar()
    steps, jumps = [], []
    for number in range(STEPS):
        steps.append(_once(view, lambda number=number: bar.setValue(number * STEP)))
    for place in np.random.default_rng(0).integers(0, bar.maximum(), JUMPS).tolist():
        jumps.append(_once(view, lambda place=place: bar.setValue(place)))
    return {"scroll": _summary(steps), "jump": _summary(jumps)}


def _once(view: QAbstractScrollArea, act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    QApplication.processEvents()
    view.viewport().repaint()  # all of it, which is the worst case: a small step only draws the rows that came into view
    return 1000 * (time.perf_counter() - began)


def _timed(act: Callable[[], object], times: int) -> dict[str, float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append(1000 * (time.perf_counter() - began))
    return _summary(taken)


def _summary(taken: list[float]) -> dict[str, float]:
    return {
        "median": round(float(np.median(taken)), 2),
        "p99": round(float(np.percentile(taken, 99)), 2),
        "worst": round(max(taken), 2),
    }


def _settle(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    main()
