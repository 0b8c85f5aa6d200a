"""How long a redraw of the map takes after pan and zoom, against pyqtgraph's ScatterPlotItem. `python -m tests.benchmarks.map_drawing`

1600 x 1000, offscreen, CPU only; the views alternate between moving by some pixels and zooming in by steps. Also: are 1,000 random
probes picked right, how long does a lasso of 10,000 of 100,000 points take until it is drawn, and a view with 200 tiles.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

SIZE = (1600, 1000)
SIZES = (100_000, 1_000_000, 10_000_000)
PEER_SIZES = (100_000, 1_000_000)
GOALS_MS = {100_000: 16, 1_000_000: 33, 10_000_000: 100}
VIEWS = 24
PEER_VIEWS = 4


def points(count: int) -> tuple[np.ndarray, np.ndarray]:
    """(xy (n, 2) float32, category (n,) int32): 60 clusters of unequal size and width in a square."""
    random = np.random.default_rng(0)
    centres = random.uniform(-1, 1, (60, 2))
    share = random.dirichlet(np.full(60, 2.0))
    category = random.choice(60, count, p=share).astype(np.int32)
    width = random.uniform(0.02, 0.12, 60)[category, None]
    xy = centres[category] + width * random.normal(size=(count, 2))
    return xy.astype(np.float32), category


def timed(act: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - started)


def summary(times: list[float]) -> dict[str, float]:
    return {"median": round(statistics.median(times), 2), "worst": round(max(times), 2)}


def ours(count: int) -> dict[str, object]:
    """Redraws of our canvas, as the window does them."""
    from desktop.map.buckets import Buckets
    from desktop.map.canvas import MapCanvas
    from desktop.map.layer import PointLayer
    from desktop.map.paint import Colouring
    from desktop.theme import Theme

    xy, category = points(count)
    layer = PointLayer()
    canvas = MapCanvas(Theme("dark"), layer)
    canvas.resize(*SIZE)
    canvas.show()
    QApplication.processEvents()  # only a window that has been shown is painted
    canvas.take(np.arange(1, count + 1), xy)
    layer.set_kinds(category % 3, ["Images", "Sounds", "Texts"])
    layer.set_colouring(Colouring.of("tag", category, [f"class {number}" for number in range(60)]))
    index_ms = timed(lambda: layer.set_buckets(Buckets.of(layer.xy), layer.geometry))
    canvas.recolour()
    canvas.repaint()
    times, levels = [], []

    def move(step: int) -> None:
        if step % 4 == 3:
            canvas.zoom(1.25)
        else:
            canvas.pan(17 - 5 * step % 11, 9)
        canvas.repaint()
        if canvas.image_key[0] != canvas.viewport:
            raise RuntimeError("the map was not painted, so nothing was measured")

    for step in range(VIEWS):
        times.append(timed(partial(move, step)))
        levels.append(canvas.level)
    found: dict[str, object] = {
        "redraw_ms": summary(times),
        "levels": sorted(set(levels)),
        "index_ms": round(index_ms, 1),
    }
    if count == SIZES[0]:
        canvas.fit()
        found["probes_right_of_1000"] = probes(canvas)
        found["lasso_10k_ms"] = lasso(canvas)
        found["tiles"] = tiles(canvas)
    canvas.close_threads()
    canvas.close()
    return found


def probes(canvas: object) -> int:
    """How many of 1,000 random places pick the point that a look at all of them calls nearest."""
    layer, view = canvas.layer, canvas.viewport  # type: ignore[attr-defined]
    random, right = np.random.default_rng(1), 0
    everywhere = view.to_pixels(layer.xy)
    for _ in range(1000):
        spot = everywhere[random.integers(len(layer))] + random.normal(size=2) * 6
        distance = ((everywhere - spot) ** 2).sum(axis=1)
        nearest = distance.min()
        row = layer.pick(view, spot[0], spot[1], 10)
        right += row is None if nearest > 100 else row is not None and bool(distance[row] <= nearest + 1e-6)
    return right


def lasso(canvas: object) -> dict[str, float]:
    """Milliseconds from closing a lasso round about 10,000 points to the map that shows them selected."""
    from desktop.selection import SelectionModel

    selection = SelectionModel()
    layer = canvas.layer  # type: ignore[attr-defined]
    angle = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    centre = np.median(canvas.viewport.to_pixels(layer.xy), axis=0)  # type: ignore[attr-defined]
    low, high = 10.0, 1500.0
    for _ in range(20):
        radius = (low + high) / 2
        polygon = centre + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1)
        count = len(layer.inside(canvas.viewport, polygon))  # type: ignore[attr-defined]
        low, high = (radius, high) if count < 10_000 else (low, radius)

    def act() -> None:
        selection.set(layer.inside(canvas.viewport, polygon))  # type: ignore[attr-defined]
        layer.set_selected(selection.mask(layer.ids))
        canvas.repaint()  # type: ignore[attr-defined]

    times = []
    for _ in range(5):
        selection.clear()
        times.append(timed(act))
    layer.set_selected(None)
    return {"selected": selection.count, **summary(times)}


def tiles(canvas: object) -> dict[str, object]:
    """Redraws with representatives: at most 200, none over another."""
    from desktop.map.spread import candidates, octave_of

    layer, view = canvas.layer, canvas.viewport  # type: ignore[attr-defined]
    picture = QPixmap(64, 64)
    picture.fill("#777777")
    canvas.tile_of = lambda _item, _edge, _ratio: picture  # type: ignore[attr-defined]
    chosen = candidates(layer.xy, layer.kinds, layer.pickable, octave_of(view.scale_x), view.scale_y / view.scale_x)
    canvas.set_candidates(chosen)  # type: ignore[attr-defined]
    times = []
    for _ in range(8):
        canvas.pan(3, 2)  # type: ignore[attr-defined]
        times.append(timed(canvas.repaint))  # type: ignore[attr-defined]
    return {"shown": len(canvas.tiles()), **summary(times)}  # type: ignore[attr-defined]


def peer(count: int) -> dict[str, object]:
    """The same views in a pyqtgraph PlotWidget with one ScatterPlotItem, marks of 4 px, one brush per category."""
    import pyqtgraph as pg

    from desktop.theme.tokens import DARK

    xy, category = points(count)
    widget = pg.PlotWidget()
    widget.resize(*SIZE)
    brushes = [pg.mkBrush(colour) for colour in DARK.map_colours]
    item = pg.ScatterPlotItem(pen=None, size=4, pxMode=True)
    item.setData(x=xy[:, 0], y=xy[:, 1], brush=[brushes[each % 12] for each in category])
    widget.addItem(item)
    widget.show()
    QApplication.processEvents()
    widget.grab()
    box, times = widget.getViewBox(), []
    for step in range(PEER_VIEWS):

        def move(step: int = step) -> None:
            if step % 4 == 3:
                box.scaleBy((0.8, 0.8))
            else:
                box.translateBy(x=0.01, y=0.005)
            widget.viewport().repaint()
            QApplication.processEvents()

        times.append(timed(move))
    widget.close()
    return {"redraw_ms": summary(times)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="*", default=SIZES)
    parser.add_argument("--no-peer", action="store_true")
    options = parser.parse_args()
    application = QApplication.instance() or QApplication([])
    from desktop.map.loops import warm

    warm(wait=True)
    mine = {str(count): ours(count) for count in options.points}
    theirs = {} if options.no_peer else {str(n): peer(n) for n in PEER_SIZES if n in options.points}
    ratio = {
        count: round(theirs[count]["redraw_ms"]["median"] / mine[count]["redraw_ms"]["median"], 1)  # type: ignore[index]
        for count in theirs
    }
    print(
        json.dumps(
            {
                "benchmark": "map_drawing",
                "ours": mine,
                "peer": {"name": "pyqtgraph ScatterPlotItem", **theirs},
                "ratio": ratio,
                "goals_ms": {str(count): GOALS_MS[count] for count in options.points if count in GOALS_MS},
                "machine": {
                    "cores": os.cpu_count(),
                    "processor": platform.machine(),
                    "python": platform.python_version(),
                },
            }
        )
    )
    del application


if __name__ == "__main__":
    main()
