"""The menu bar, made from the action registry each time a menu opens, so that it cannot lie."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QMenuBar

from desktop.actions import MENUS, ActionRegistry
from desktop.theme import Theme


def build_menu_bar(theme: Theme, actions: ActionRegistry) -> QMenuBar:
    """One menu per place named by the actions; keys are shown, and heard by the registry."""
    bar = QMenuBar()
    bar.setAccessibleName("Menus")
    for name in MENUS:
        menu = QMenu(name, bar)
        menu.setObjectName(f"menu_{name.lower()}")
        menu.aboutToShow.connect(lambda menu=menu, name=name: fill_menu(menu, theme, actions, name))
        bar.addMenu(menu)
    return bar


def fill_menu(menu: QMenu, theme: Theme, actions: ActionRegistry, place: str) -> None:
    """Put every action of `place` in; a line parts groups and families (`edit.undo` and `edit.find` are one family)."""
    menu.clear()
    family = ""
    for action in actions:
        if action.menu != place:
            continue
        own_family = f"{action.group}/{action.id.split('.', 1)[0]}"
        if family and own_family != family:
            menu.addSeparator()
        family = own_family
        key = actions.key_text(action.id)
        entry = menu.addAction(action.text.replace("&", "&&") + (f"\t{key}" if key else ""))
        entry.setObjectName(action.id)
        is_on = action.checked is not None and bool(action.checked())
        if is_on or action.icon:  # the tick stands where the icon would: the style draws no box beside icons
            entry.setIcon(theme.icon("ph.check", "accent") if is_on else theme.icon(action.icon or "", "muted"))
        entry.setEnabled(action.is_enabled)
        if action.checked is not None:
            entry.setCheckable(True)
            entry.setChecked(is_on)
        entry.triggered.connect(lambda _=False, id=action.id: actions.trigger(id))
    if menu.isEmpty():
        menu.addAction("Nothing here yet").setEnabled(False)
