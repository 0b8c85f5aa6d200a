"""Points that are new fade in; a smaller layout that arrives meanwhile is drawn all the same."""

import numpy as np
from pytestqt.qtbot import QtBot

from desktop.map.canvas import MapCanvas
from desktop.map.layer import PointLayer
from desktop.theme import Theme


def test_a_smaller_layout_arrives_while_new_points_fade_in(qtbot: QtBot) -> None:
    canvas = MapCanvas(Theme("light"), PointLayer())
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    xy = np.random.default_rng(0).uniform(-1, 1, (60, 2)).astype(np.float32)
    canvas.take(np.arange(40), xy[:40])
    assert len(canvas.take(np.arange(60), xy)) == 20
    assert canvas.motion.active
    canvas.take(np.arange(30), xy[:30])
    assert not canvas.render_picture().isNull()
