"""Arrangements of the window kept by name: they come back as they were, also after a restart, and survive what a version lacks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.window.layouts import SETTING
from desktop.window.main_window import MainWindow
from engine.engine import Engine
from tests.support.builders import library_with
from tests.support.window import open_window

LAYOUTS = {
    "plain": ("both", True, True, 96),
    "map only": ("map", True, False, 96),
    "sorting": ("grid", False, True, 192),
    "list": ("table", False, False, 112),
    "wide": ("both", False, False, 256),
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with library_with(tmp_path, 40) as made:
        yield made


def looks(window: MainWindow) -> tuple[str, bool, bool, int]:
    return (
        window.parts.page.view,
        window.panels["sources"].wanted,
        window.panels["inspector"].wanted,
        window.parts.grid.canvas.tile_size,
    )


def arrange(window: MainWindow, view: str, sources: bool, inspector: bool, tile: int) -> None:
    window.parts.page.show_view(view)
    window.panels["sources"].set_wanted(sources)
    window.panels["inspector"].set_wanted(inspector)
    window.parts.grid.canvas.set_tile_size(tile)


def test_five_layouts_come_back_as_they_were_after_a_restart(qtbot: QtBot, engine: Engine) -> None:
    with open_window(qtbot, engine) as window:
        for name, look in LAYOUTS.items():
            arrange(window, *look)
            window.layouts.save(name)
    with open_window(qtbot, engine) as window:
        for name in reversed(LAYOUTS):
            assert window.actions.trigger(f"layout.open {name}")
            assert looks(window) == LAYOUTS[name]


def test_a_panel_that_this_version_lacks_is_left_out_with_a_note(qtbot: QtBot, engine: Engine) -> None:
    with open_window(qtbot, engine) as window:
        arrange(window, "grid", True, False, 96)
        window.layouts.save("from tomorrow")
        kept = engine.settings.get(SETTING)
        kept["from tomorrow"]["panels"]["curves"] = True
        engine.settings.set(SETTING, kept)
        arrange(window, "map", False, True, 96)

        with qtbot.waitSignal(window.notices.shown) as said:
            window.layouts.open("from tomorrow")

        assert said.args == ["The layout “from tomorrow” has a panel that is not here: “curves”. It was left out."]
        assert looks(window) == ("grid", True, False, 96)


def test_a_deleted_layout_leaves_the_menu_and_can_come_back(qtbot: QtBot, engine: Engine) -> None:
    with open_window(qtbot, engine) as window:
        window.layouts.save("sorting")
        window.layouts.delete("sorting")
        assert "layout.open sorting" not in window.actions

        window.notices.cards[-1].buttons["Undo"].click()

        assert "layout.open sorting" in window.actions
        assert "sorting" in window.layouts.all()
