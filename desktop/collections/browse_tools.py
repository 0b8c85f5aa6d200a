"""Ties the views of one page together: item keys, context menu, viewer, comparison, dragging what one view shows into another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget

from desktop.actions import ActionRegistry
from desktop.collections.compare import Compare
from desktop.collections.inspector import Inspector
from desktop.collections.item_actions import ItemActions
from desktop.collections.item_menu import ItemMenu
from desktop.collections.viewer import Viewer
from desktop.selection import SelectionModel
from desktop.shown import Shown
from desktop.theme import Theme

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge


class BrowseTools:
    """Made once, after the views. `stage` holds the views and is what viewer and comparison cover.

    A view takes part by having any of the signals `opened(int)` and `menu_wanted(int, QPoint)`.
    """

    def __init__(
        self,
        bridge: EngineBridge,
        theme: Theme,
        actions: ActionRegistry,
        selection: SelectionModel,
        shown: Shown,
        stage: QWidget,
        inspector: Inspector,
        views: tuple[Any, ...],
    ) -> None:
        self._inspector = inspector
        self.viewer = Viewer(bridge, theme, selection, shown, inspector.player, stage)
        self.compare = Compare(bridge, theme, stage)
        self.menu = ItemMenu(bridge, theme, actions, shown, stage)
        self.items = ItemActions(
            bridge, theme, actions, selection, shown, stage,
            player=inspector.player, open_item=self.viewer.open_item, compare=self.compare.open_items,
        )  # fmt: skip
        actions.hear_also(stage, inspector)
        for view in (*views, inspector):
            if hasattr(view, "opened"):
                view.opened.connect(self.viewer.open_item)
            if hasattr(view, "menu_wanted"):
                view.menu_wanted.connect(self._open_menu)
        actions.add(
            "items.full_size", "Show at 100 %", ("Z",), "Items", self._full_size,
            icon="ph.magnifying-glass-plus", widget=stage, menu="View",
        )  # fmt: skip
        actions.add(
            "viewer.close", "Close the viewer", ("Esc",), "Items", self.viewer.close_viewer, widget=self.viewer, menu=""
        )
        actions.add(
            "compare.close",
            "Close the comparison",
            ("Esc",),
            "Items",
            self.compare.close_compare,
            widget=self.compare,
            menu="",
        )

    def _open_menu(self, item_id: int, where: QPoint) -> None:
        self.menu.open_at(item_id, where)

    def _full_size(self) -> None:
        if self.viewer.isVisible():
            self.viewer.toggle_full_size()
        elif self.compare.isVisible():
            self.compare.toggle_full_size()
        else:
            self._inspector.picture.toggle_full_size()
