"""Layouts by name: which panels are open and where, which views are seen and how the page is divided. Kept in the declared settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint

from desktop.widgets.ask_line import AskLine
from desktop.window import pages
from desktop.window.memory import put_back, state_of

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow

SETTING = "window.layouts"
_NOT_ITS = ("geometry", "grid")  # where the window stands, and what is looked at, are no part of a layout


class Layouts:
    """Each layout is an action of its own, so that menu, palette and keys know it."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        window.actions.add("layout.save", "Save layout as…", handler=self.ask_name, icon="ph.layout", menu="View")
        for name in self.all():
            self._declare(name)

    def all(self) -> dict[str, dict[str, Any]]:
        """State by name, in the order they were saved."""
        kept = self._window.bridge.engine.settings.get(SETTING)
        return {str(name): state for name, state in kept.items()} if isinstance(kept, dict) else {}

    def ask_name(self) -> None:
        window = self._window
        panel = AskLine(
            window.theme, window, "Save this layout as", self.save, button="Save", suggestions=tuple(self.all())
        )
        panel.open_at(window.mapToGlobal(QPoint(window.width() // 2 - panel.sizeHint().width() // 2, 120)))

    def save(self, name: str) -> None:
        """Keep what the window looks like now; a name that is taken is kept anew."""
        window = self._window
        state = state_of(window, window.parts.page, window.panels)
        state = {key: value for key, value in state.items() if key not in _NOT_ITS}
        state["tile"] = window.parts.grid.canvas.tile_size
        self._keep({**self.all(), name: state})
        self._declare(name)
        window.notices.say(f"Saved the layout “{name}”.")

    def open(self, name: str) -> None:
        """Make the window look as it did; a panel that this version does not have is left out, with a note."""
        window, state = self._window, self.all().get(name)
        if state is None:
            return
        window.open_page(pages.EXPLORE)
        unknown = put_back(state, window, window.parts.page, window.panels)
        if isinstance(state.get("tile"), int):
            window.parts.grid.canvas.set_tile_size(state["tile"])
        window.give_way()
        if unknown:
            panels = " and ".join(f"“{panel}”" for panel in unknown)
            window.notices.say(f"The layout “{name}” has a panel that is not here: {panels}. It was left out.")

    def delete(self, name: str) -> None:
        """Forget a layout; the notice brings it back."""
        kept = self.all()
        state = kept.pop(name, None)
        if state is None:
            return
        self._keep(kept)
        for action in (_opens(name), _deletes(name)):
            self._window.actions.remove(action)

        def bring_back() -> None:
            self._keep({**self.all(), name: state})
            self._declare(name)

        self._window.notices.say(f"Deleted the layout “{name}”.", ("Undo", bring_back))

    def _keep(self, layouts: dict[str, dict[str, Any]]) -> None:
        self._window.bridge.engine.settings.set(SETTING, layouts)

    def _declare(self, name: str) -> None:
        actions = self._window.actions
        if _opens(name) not in actions:
            actions.add(
                _opens(name), f"Layout “{name}”", handler=partial(self.open, name), icon="ph.layout", menu="View"
            )
            actions.add(
                _deletes(name), f"Delete the layout “{name}”", handler=partial(self.delete, name), icon="ph.trash"
            )


def _opens(name: str) -> str:
    return f"layout.open {name}"


def _deletes(name: str) -> str:
    return f"layout.delete {name}"
