"""A map as a still picture."""

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from desktop.map.picture import paint_map
from desktop.theme import Theme
from engine.values import Region


def test_a_still_map_has_points_names_and_tiles_in_the_colours_of_the_theme(qtbot: QtBot) -> None:
    random = np.random.default_rng(0)
    codes = np.arange(900) % 3
    xy = np.array([[0, 0], [2, 0], [1, 2]])[codes] + 0.2 * random.normal(size=(900, 2))
    for choice in ("light", "dark"):
        theme = Theme(choice)  # type: ignore[arg-type]
        bare = paint_map(QSize(600, 400), xy, codes, theme)
        assert bare.size() == QSize(600, 400)
        assert bare.pixelColor(2, 2) == theme.color("canvas")
        seen = {bare.pixelColor(x, y).name() for x in range(0, 600, 2) for y in range(0, 400, 2)}
        assert {colour.lower() for colour in theme.tokens.map_colours[:3]} <= seen
        tile = QPixmap(52, 52)
        tile.fill("#123456")
        full = paint_map(
            QSize(600, 400), xy, codes, theme, regions=[Region(0, 1, 2, "herons", 900)], tiles={0: tile, 1: tile}
        )
        painted = {full.pixelColor(x, y).name() for x in range(0, 600, 4) for y in range(0, 400, 4)}
        assert "#123456" in painted
        assert theme.color("text").name() in {full.pixelColor(x, y).name() for x in range(600) for y in range(160)}
