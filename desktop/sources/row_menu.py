"""What can be done with a row of the sources panel."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QCursor, QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop import wording
from desktop.bridge import EngineBridge
from desktop.notices import Notices
from desktop.sources.rows import Row
from desktop.theme import Theme
from desktop.widgets.ask_line import AskLine
from engine.values import CollectionCard, SavedSearchCard, TagCard

if TYPE_CHECKING:
    from engine.engine import Engine


class RowMenus:
    """Builds the context menu of a row and carries out what is chosen."""

    def __init__(
        self,
        bridge: EngineBridge,
        theme: Theme,
        notices: Notices,
        show_failures: Callable[[int], None],
    ) -> None:
        self._bridge, self._theme, self._notices = bridge, theme, notices
        self._show_failures = show_failures

    def menu_for(self, row: Row | None, host: QWidget) -> QMenu | None:
        """The menu, or None where there is nothing to do."""
        if row is None:
            return None
        menu = QMenu(host)
        match row.card:
            case CollectionCard() as card:
                self._collection(menu, card, host)
            case SavedSearchCard() as card:
                self._put(menu, "Rename…", "ph.pencil-simple", partial(self._rename_search, card, host))
                self._put(menu, "Delete", "ph.trash", partial(self._delete_search, card))
            case TagCard() as card:
                self._put(menu, "Rename…", "ph.pencil-simple", partial(self._rename_tag, card, host))
                self._put(menu, "Merge into…", "ph.git-merge", partial(self._merge_tag, card, host))
                self._put(menu, "Delete", "ph.trash", partial(self._delete_tag, card))
            case _:
                return None
        return menu

    def note_seen(self, row: Row) -> None:
        """An opened smart collection has nothing new any more."""
        if isinstance(row.card, SavedSearchCard) and row.card.unseen and not self._bridge.engine.read_only:
            number = row.card.id
            self._bridge.act(lambda engine: engine.marks.seen_search(number))

    def _put(self, menu: QMenu, text: str, icon: str, act: Callable[[], object]) -> None:
        entry = menu.addAction(self._theme.icon(icon, "muted"), text)
        entry.triggered.connect(lambda _=False: act())

    # -- collections ------------------------------------------------------------------------------------------
    def _collection(self, menu: QMenu, card: CollectionCard, host: QWidget) -> None:
        if card.connected:
            self._put(menu, "Scan again", "ph.arrow-clockwise", partial(self.rescan, card))
            watch = menu.addAction(self._theme.icon("ph.eye", "muted"), "Watch for new files")
            watch.setCheckable(True)
            watch.setChecked(card.watched)
            watch.triggered.connect(lambda on: self._bridge.act(lambda engine: engine.collections.watch(card.id, on)))
            self._put(menu, "Reveal in folder", "ph.arrow-square-out", partial(self._reveal, card))
        else:
            self._put(menu, "Look again", "ph.arrow-clockwise", partial(self.rescan, card))
        self._put(menu, "Say where it lies now…", "ph.folder", partial(self._relink, card, host))
        menu.addSeparator()
        if card.failed:
            words = f"Show {wording.count(card.failed, 'file')} that could not be read"
            self._put(menu, words, "ph.warning", partial(self._show_failures, card.id))
        self._put(menu, "Rename…", "ph.pencil-simple", partial(self._rename_collection, card, host))
        self._put(menu, "Remove from library…", "ph.x", partial(self._ask_removal, card))

    def rescan(self, card: CollectionCard) -> None:
        from engine.workflows.rescan import Rescan

        self._bridge.submit(Rescan(card.id))

    def _reveal(self, card: CollectionCard) -> None:
        root = Path(card.root)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(root if card.kind == "folder" else root.parent)))

    def _relink(self, card: CollectionCard, host: QWidget) -> None:
        chosen = QFileDialog.getExistingDirectory(host, f"Where “{card.name}” lies now")
        if chosen:
            number, root = card.id, Path(chosen)

            def relink(engine: Engine) -> None:
                engine.collections.relink(number, root)

            self._bridge.act(relink)

    def _rename_collection(self, card: CollectionCard, host: QWidget) -> None:
        def rename(name: str) -> None:
            self._bridge.act(lambda engine: engine.collections.rename(card.id, name))

        AskLine(self._theme, host, "Name of the collection", rename, before=card.name).open_at(QCursor.pos())

    def _ask_removal(self, card: CollectionCard) -> None:
        def carry_out(engine: Engine) -> None:
            engine.collections.remove(card.id)

        def remove() -> None:
            self._bridge.act(carry_out)

        self._notices.say(
            f"Remove “{card.name}” from the library? Its {wording.count(card.items, 'item')} leave it with their tags "
            "and ratings. The files stay on disk.",
            ("Remove", remove),
            ("Keep", lambda: None),
            level="warn",
        )

    # -- tags and searches --------------------------------------------------------------------------------------
    def _rename_tag(self, card: TagCard, host: QWidget) -> None:
        def rename(name: str) -> None:
            self._bridge.act(lambda engine: engine.marks.rename_tag(card.name, name))

        AskLine(self._theme, host, "Name of the tag", rename, before=card.name).open_at(QCursor.pos())

    def _merge_tag(self, card: TagCard, host: QWidget) -> None:
        def ask(names: tuple[str, ...]) -> None:
            def merge(into: str) -> None:
                self._bridge.act(lambda engine: engine.marks.merge_tags((card.name,), into))

            AskLine(self._theme, host, f"Merge “{card.name}” into", merge, button="Merge", suggestions=names).open_at(
                QCursor.pos()
            )

        self._bridge.ask(lambda engine: tuple(tag.name for tag in engine.marks.tags() if tag.name != card.name), ask)

    def _delete_tag(self, card: TagCard) -> None:
        self._bridge.act(lambda engine: engine.marks.delete_tag(card.name))

    def _rename_search(self, card: SavedSearchCard, host: QWidget) -> None:
        def rename(name: str) -> None:
            self._bridge.act(lambda engine: engine.marks.rename_search(card.id, name))

        AskLine(self._theme, host, "Name of the smart collection", rename, before=card.name).open_at(QCursor.pos())

    def _delete_search(self, card: SavedSearchCard) -> None:
        self._bridge.act(lambda engine: engine.marks.delete_search(card.id))
