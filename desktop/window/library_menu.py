"""The menus of the top bar: which library is open and which were before; which model is in use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu

from desktop.window import pages
from engine.events import Changed
from engine.values import ModelCard

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow

AT_MOST = 8


def remember_library(before: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    """The list of libraries with `folder` in front."""
    own = str(folder)
    return (own, *(other for other in before if other != own))[:AT_MOST]


class TopMenus(QObject):
    """Fills both menus each time they open."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._models: list[ModelCard] = []
        window.top.library_menu.aboutToShow.connect(self._fill_libraries)
        window.top.model_menu.aboutToShow.connect(self._fill_models)
        settings, folder = window.bridge.engine.settings, window.bridge.engine.folder
        libraries = remember_library(settings.get("window.libraries"), folder)
        window.bridge.act(lambda engine: engine.settings.set("window.libraries", libraries))
        self._ask_models()
        window.bridge.changed.connect(self._take_change)

    def _take_change(self, change: Changed) -> None:
        if change.models:
            self._ask_models()

    def _ask_models(self) -> None:
        self._window.bridge.ask(lambda engine: engine.models.cards(), self._take_models, key="model menu")

    def _take_models(self, cards: list[ModelCard]) -> None:
        self._models = cards

    def _fill_libraries(self) -> None:
        window, menu = self._window, self._window.top.library_menu
        menu.clear()
        for name in window.bridge.engine.settings.get("window.libraries"):
            folder = Path(name)
            is_open = folder == window.bridge.engine.folder
            icon = window.theme.icon("ph.check", "accent") if is_open else window.theme.icon("ph.books", "muted")
            entry = menu.addAction(icon, window.doors.name_of(folder))
            entry.setToolTip(name)
            entry.setCheckable(True)
            entry.setChecked(is_open)
            entry.triggered.connect(lambda _=False, folder=folder: window.library_wanted.emit(folder, False))
        menu.addSeparator()
        self._offer(menu, "file.open_library", "file.open_sample", "file.add_folders")

    def _fill_models(self) -> None:
        window, menu = self._window, self._window.top.model_menu
        menu.clear()
        for card in self._models:
            icon = window.theme.icon("ph.check", "accent") if card.in_use else window.theme.icon("ph.cube", "muted")
            entry = menu.addAction(icon, card.name)
            entry.setCheckable(True)
            entry.setChecked(card.in_use)
            entry.setEnabled(not window.bridge.engine.read_only)
            entry.triggered.connect(lambda _=False, card=card: self._use(card))
        menu.addSeparator()
        self._offer(menu, f"page.{pages.MODELS.key}")

    def _use(self, card: ModelCard) -> None:
        if card.in_use:
            return
        key = card.key

        def use(engine: object) -> None:
            engine.models.use(key)  # type: ignore[attr-defined]

        self._window.bridge.act(use, lambda _: self._window.shown.refresh())

    def _offer(self, menu: QMenu, *ids: str) -> None:
        window = self._window
        for action_id in ids:
            action = window.actions[action_id]
            entry = menu.addAction(window.theme.icon(action.icon or "ph.circle", "muted"), action.text)
            entry.setEnabled(action.is_enabled)
            entry.triggered.connect(lambda _=False, action_id=action_id: window.actions.trigger(action_id))
