"""The map takes frames as they come, also those with fewer points than the one before."""

import numpy as np

from desktop.map.canvas import MapCanvas
from desktop.map.layer import PointLayer
from desktop.theme import Theme


def test_a_frame_without_some_of_the_points_is_painted_while_they_still_fade_in(qtbot):
    canvas = MapCanvas(Theme("dark"), PointLayer())
    qtbot.addWidget(canvas)
    canvas.resize(300, 200)
    places = np.random.default_rng(0).normal(size=(80, 2)).astype(np.float32)
    canvas.take(np.arange(50), places[:50])
    canvas.take(np.arange(80), places)
    assert len(canvas.motion.fresh) == 30
    canvas.take(np.arange(60), places[:60])
    assert not len(canvas.motion.fresh)
    assert not canvas.grab().isNull()  # painting at this very moment
    canvas.take(np.arange(70), places[:70])
    assert list(canvas.motion.fresh) == list(range(60, 70))
    canvas.take(np.arange(70), places[:70] * 2)
    assert len(canvas.motion.fresh) == 10  # the same points moved on: the new ones go on fading in
