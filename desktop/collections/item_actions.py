"""What can be done with the selected items by key, menu or palette, in every view alike: marks, tags, like this, compare, open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from desktop.actions import ActionRegistry
from desktop.collections.clipboard import copy_paths, copy_picture
from desktop.collections.hold_to_play import HoldToPlay
from desktop.collections.sound_player import SoundPlayer
from desktop.selection import SelectionModel
from desktop.shown import Shown
from desktop.theme import Theme
from desktop.widgets.ask_line import AskLine
from engine.events import Notice
from engine.values import Query, Term

if TYPE_CHECKING:
    from pathlib import Path

    from desktop.bridge import EngineBridge
    from engine.engine import Engine

_MOST_COMPARED = 4


class ItemActions:
    """Registers the item keys on `stage`, the widget that holds all views, and carries them out on `SelectionModel.acted_on`.

    `open_item` shows an item large, `compare` shows several side by side; both belong to the window.
    """

    def __init__(
        self,
        bridge: EngineBridge,
        theme: Theme,
        actions: ActionRegistry,
        selection: SelectionModel,
        shown: Shown,
        stage: QWidget,
        *,
        player: SoundPlayer,
        open_item: Callable[[int], object],
        compare: Callable[[tuple[int, ...]], object],
    ) -> None:
        self._bridge, self._theme, self._actions = bridge, theme, actions
        self._selection, self._shown, self._stage = selection, shown, stage
        self._open_item, self._compare = open_item, compare
        self._hold = HoldToPlay(selection, shown, player, stage)
        self._declare()

    def _declare(self) -> None:
        def add(
            name: str,
            text: str,
            keys: tuple[str, ...],
            handler: Callable[[], object],
            icon: str | None = None,
            menu: str | None = None,
            writes: bool = False,
        ) -> None:
            self._actions.add(
                f"items.{name}",
                text,
                keys,
                "Items",
                handler,
                icon=icon,
                widget=self._stage,
                enabled=self._may_mark if writes else self._has_items,
                menu=menu,
            )

        add("open", "Open large", ("Return", "Enter"), self._on_enter, "ph.magnifying-glass-plus")
        add("select", "Select or leave out; held on a sound: play", ("Space",), self._on_space)
        for stars in range(6):
            words = "No stars" if stars == 0 else f"{stars} star{'s' if stars > 1 else ''}"
            add(
                f"stars_{stars}",
                words,
                (str(stars),),
                partial(self.set_stars, stars),
                "ph.star-fill" if stars else "ph.star",
                writes=True,
            )
        for label, name in ((6, "red"), (7, "yellow"), (8, "green"), (9, "blue")):
            add(
                f"label_{label}",
                f"Label {label}, {name}",
                (str(label),),
                partial(self.toggle_label, label),
                "ph.bookmark-simple",
                writes=True,
            )
        add("pick", "Pick", ("P",), lambda: self.set_flag(1), "ph.flag", writes=True)
        add("reject", "Reject", ("X",), lambda: self.set_flag(-1), "ph.x", writes=True)
        add("unflag", "Unflag", ("U",), lambda: self.set_flag(0), writes=True)
        add("tag", "Tag…", ("T",), self.ask_tag, "ph.tag", writes=True)
        add("hide", "Hide", ("H",), self.toggle_hidden, "ph.eye-slash", writes=True)
        add("like", "Like this", ("L",), self.like_this, "ph.magnifying-glass", "Search")
        add("compare", "Compare", ("C",), self.compare, "ph.columns")
        add("select_all", "Select all that match", ("Ctrl+A",), self.select_all)
        add("clear", "Clear the selection", ("Ctrl+Shift+A",), self._selection.clear)
        add("copy_path", "Copy path", ("Ctrl+Shift+C",), self.copy_paths, "ph.copy", "Edit")
        add("copy_picture", "Copy picture", ("Ctrl+C",), self.copy_picture, "ph.copy", "Edit")
        add("sidecars", "Write tags to sidecars", (), self.write_sidecars, "ph.note-pencil", "File", writes=True)
        add("reveal", "Reveal in folder", ("Ctrl+R",), self.reveal, "ph.arrow-square-out")
        add("open_with", "Open with its program", ("Ctrl+Return",), self.open_outside, "ph.arrow-square-out")

    def _has_items(self) -> bool:
        return bool(self._selection.count) or self._selection.current is not None or bool(len(self._shown.ids))

    def _may_mark(self) -> bool:
        return self._has_items() and not self._bridge.engine.read_only

    # marks, shown before they are stored

    def set_stars(self, stars: int) -> None:
        self._mark({"stars": stars}, lambda engine, ids: engine.marks.stars(ids, stars))

    def set_flag(self, flag: int) -> None:
        self._mark({"flag": flag}, lambda engine, ids: engine.marks.flag(ids, flag))

    def toggle_label(self, label: int) -> None:
        """The label that all of them carry comes off; else all get it."""
        cards = [self._shown.cards.card(item) for item in self._selection.acted_on()]
        wanted = 0 if cards and all(card is not None and card.label == label for card in cards) else label
        self._mark({"label": wanted}, lambda engine, ids: engine.marks.label(ids, wanted))

    def toggle_hidden(self) -> None:
        ids = self._selection.acted_on()
        cards = [self._shown.cards.card(item) for item in ids]
        hidden = bool(cards) and all(card is not None and card.hidden for card in cards)
        if hidden:
            self._mark({"hidden": False}, lambda engine, items: engine.marks.unhide(items))
        else:
            self._mark({"hidden": True}, lambda engine, items: engine.marks.hide(items))
            self._selection.remove(ids)

    def _mark(self, fields: dict[str, Any], what: Callable[[Engine, tuple[int, ...]], Any]) -> None:
        ids = self._selection.acted_on()
        if ids:
            self._shown.cards.expect(ids, **fields)
            self._bridge.act(lambda engine: what(engine, ids))

    def ask_tag(self) -> None:
        """Ask for a tag, with those in use to choose from, and put it on the items."""
        ids = self._selection.acted_on()
        if not ids:
            return

        def ask(names: tuple[str, ...]) -> None:
            count = f"{len(ids):,} items" if len(ids) > 1 else "this item"
            panel = AskLine(
                self._theme,
                self._stage,
                f"Tag for {count}",
                lambda name: self.tag(name, ids),
                button="Tag",
                suggestions=names,
            )
            where = self._stage.mapToGlobal(QPoint(self._stage.width() // 2 - panel.sizeHint().width() // 2, 80))
            panel.open_at(where)

        self._bridge.ask(lambda engine: tuple(tag.name for tag in engine.marks.tags()), ask, key="tag names")

    def tag(self, name: str, ids: tuple[int, ...] | None = None) -> None:
        wanted = ids if ids is not None else self._selection.acted_on()
        if wanted:
            self._bridge.act(lambda engine: engine.marks.tag(wanted, name))

    # looking

    def like_this(self) -> None:
        """Search for what is like the current item, or like all selected ones together."""
        ids = self._selection.acted_on()
        if self._selection.current in ids or self._selection.count > 8:
            ids = (self._selection.current,) if self._selection.current is not None else ids[:8]
        if ids:
            self._shown.set_query(Query(tuple(Term(item_id=item) for item in ids)))

    def compare(self) -> None:
        ids = self._selection.acted_on()
        if len(ids) < 2:
            self._bridge.noticed.emit(
                Notice("Two to four selected items can be compared.", "", "Select them, then press C.")
            )
        else:
            self._compare(ids[:_MOST_COMPARED])

    def select_all(self) -> None:
        self._selection.set(self._shown.ids)

    def _on_enter(self) -> None:
        if self._focused_button() is not None:
            self._focused_button().click()  # Enter on a button presses it; the key belongs to the whole stage
        elif self._selection.current is not None:
            self._open_item(self._selection.current)

    def _on_space(self) -> None:
        if self._focused_button() is not None:
            self._focused_button().click()
        else:
            self._hold.pressed()

    def _focused_button(self) -> Any:
        focus = QApplication.focusWidget()
        return focus if isinstance(focus, QAbstractButton) else None

    # outside

    def copy_paths(self) -> None:
        copy_paths(self._bridge, self._selection.acted_on())

    def copy_picture(self) -> None:
        if self._selection.current is not None:
            copy_picture(self._bridge, self._selection.current)

    def write_sidecars(self) -> None:
        """Write what is known of the items into XMP sidecars beside their files."""
        from engine.workflows.write_sidecars import WriteSidecars

        ids = self._selection.acted_on()
        if ids:
            self._bridge.submit(WriteSidecars(tuple(int(item) for item in ids)))

    def reveal(self) -> None:
        """Open the folder that holds the current item."""
        self._with_path(lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent))))

    def open_outside(self) -> None:
        self._with_path(lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))

    def _with_path(self, then: Callable[[Path], object]) -> None:
        item = (
            self._selection.current
            if self._selection.current is not None
            else next(iter(self._selection.acted_on()), None)
        )
        if item is None:
            return

        def answer(path: Path | None) -> None:
            if path is None:
                self._bridge.noticed.emit(
                    Notice(
                        "The original has moved or been deleted.", "The preview, tags and rating are kept.", "", "warn"
                    )
                )
            else:
                then(path)

        self._bridge.ask(lambda engine: engine.items.path_of(item), answer)

    # filter by value

    def filter_by(self, **conditions: Any) -> None:
        """Narrow what is shown by a value that was clicked."""
        self._shown.set_filter(replace(self._shown.filter, **conditions))
