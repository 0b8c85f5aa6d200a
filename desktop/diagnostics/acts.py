"""What the buttons of a piece of advice do, by the name that the evidence gives it. A name nobody knows has no button."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop import wording
from desktop.window import pages

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow
    from engine.evidence import Advice

Answer = tuple[str, str, Callable[[], object]]  # words, icon, what it does


def answers_of(window: MainWindow, advice: Advice) -> list[Answer]:
    """Buttons for one piece of advice: look at its items, and do what it proposes."""
    found: list[Answer] = []
    ids = advice.item_ids
    if ids:
        found.append(("Show", "ph.circles-three", lambda: show_items(window, ids)))
    writes = not window.bridge.engine.read_only
    if advice.act == "marks.hide" and ids and writes:
        found.append((f"Hide {wording.count(len(ids))}", "ph.eye-slash", lambda: _hide(window, ids)))
    elif advice.act == "maps.correct" and writes:
        found.append(("Turn on gap correction", "ph.check", lambda: _correct(window)))
    elif advice.act.startswith("diagnose:"):
        name = advice.act.removeprefix("diagnose:")
        page = window.page_widget(pages.DIAGNOSE)
        if page is not None and page.knows(name):  # type: ignore[attr-defined]
            found.append((f"Open {name.replace('_', ' ')}", "ph.activity", lambda: page.choose(name)))  # type: ignore[attr-defined]
    return found


def show_items(window: MainWindow, ids: tuple[int, ...]) -> None:
    """Select items and show them in Explore."""
    window.open_page(pages.EXPLORE)
    window.selection.set(ids)
    window.selection.set_current(ids[0])
    window.parts.grid.reveal(ids[0])


def _hide(window: MainWindow, ids: tuple[int, ...]) -> None:
    window.bridge.act(lambda engine: engine.marks.hide(ids))


def _correct(window: MainWindow) -> None:
    window.bridge.act(lambda engine: engine.settings.set("map.gap_corrected", True))
    window.notices.say("The map now corrects the gap. Neighbours within a kind stay as they are.")
