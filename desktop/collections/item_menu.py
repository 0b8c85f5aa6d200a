"""The context menu of an item, the same in grid, table, map and inspector."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu, QWidget

from desktop.actions import ActionRegistry
from desktop.shown import Shown
from desktop.theme import Theme
from engine.values import Filter, ItemCard

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.engine import Engine

_OPENING = ("items.open", "items.open_with", "items.reveal")
_COPYING = ("items.copy_path", "items.copy_picture")
_ASKING = ("items.like", "items.compare")
_MARKING = ("items.tag", "items.pick", "items.reject", "items.unflag", "items.hide")
_KIND_WORDS = {"image": "images", "audio": "sounds", "text": "texts"}


class ItemMenu:
    """Asks for the item's card and tags, then opens. Entries are the registered actions, so that keys are shown and true."""

    def __init__(
        self, bridge: EngineBridge, theme: Theme, actions: ActionRegistry, shown: Shown, parent: QWidget
    ) -> None:
        self._bridge, self._theme, self._actions, self._shown, self._parent = bridge, theme, actions, shown, parent
        self.menu: QMenu | None = None

    def open_at(self, item_id: int, where: QPoint) -> None:
        """Open for an item at a point of the screen."""

        def question(engine: Engine) -> tuple[ItemCard | None, tuple[str, ...]]:
            cards = engine.items.cards([item_id])
            return (cards[0] if cards else None), tuple(engine.marks.tags_of([item_id]))

        self._bridge.ask(question, lambda answer: self._open(answer[0], answer[1], where), key="item menu")

    def _open(self, card: ItemCard | None, tags: tuple[str, ...], where: QPoint) -> None:
        if card is not None:
            self.menu = self.build(card, tags)
            self.menu.popup(where)

    def build(self, card: ItemCard, tags: tuple[str, ...]) -> QMenu:
        """The menu for one item; acts are about the selection, filters about this item."""
        menu = QMenu(self._parent)
        menu.setObjectName("itemMenu")
        menu.aboutToHide.connect(menu.deleteLater)
        for group in (_OPENING, _COPYING, _ASKING, _MARKING):
            for name in group:
                self._add(menu, name)
            menu.addSeparator()
        filters = menu.addMenu(self._theme.icon("ph.funnel"), "Filter by")
        filters.setObjectName("filterBy")
        for words, wanted in self.filters_of(card, tags):
            filters.addAction(words, partial(self._shown.set_filter, wanted))
        self._add(menu, "file.export")
        return menu

    def filters_of(self, card: ItemCard, tags: tuple[str, ...]) -> list[tuple[str, Filter]]:
        """Each value of the item that can narrow what is shown, in words, with the filter it makes."""
        now = self._shown.filter
        found = [(f"Only {_KIND_WORDS[card.kind]}", replace(now, kinds=(card.kind,)))]
        if card.collection_id is not None:
            found.append(("This collection", replace(now, collection_ids=(card.collection_id,))))
        found += [(f"Tag “{tag}”", replace(now, tags=(*now.tags, tag))) for tag in tags if tag not in now.tags]
        if card.stars:
            found.append((f"{card.stars} stars or more", replace(now, stars_from=card.stars)))
        if card.flag:
            found.append(("Picked" if card.flag > 0 else "Rejected", replace(now, flag=card.flag)))
        if card.label:
            found.append((f"Label {card.label}", replace(now, label=card.label)))
        if card.taken_at is not None:
            day = datetime.fromtimestamp(card.taken_at, UTC).replace(hour=0, minute=0, second=0, microsecond=0)
            last = (day + timedelta(days=1)).timestamp() - 1
            wanted = replace(now, date_from=day.timestamp(), date_to=last)
            found.append((f"Taken on {day.day} {day.strftime('%B %Y')}", wanted))
        stem = PurePath(card.name).suffix
        if stem:
            found.append((f"Names with “{stem}”", replace(now, text=stem.lstrip("."))))
        return found

    def _add(self, menu: QMenu, name: str) -> None:
        if name not in self._actions:
            return
        action = self._actions[name]
        icon = self._theme.icon(action.icon) if action.icon else None
        text = action.text + (f"\t{self._actions.key_text(name)}" if self._actions.key_text(name) else "")
        entry = menu.addAction(text, lambda: self._actions.trigger(name))
        if icon is not None:
            entry.setIcon(icon)
        entry.setObjectName(name)
        entry.setEnabled(action.is_enabled)
