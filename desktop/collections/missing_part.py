"""Inspector part for an item whose original is not where it was: what happened, and the ways out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.theme import Theme
from desktop.widgets.strip import Strip
from engine.values import CollectionCard, ItemDetails

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge


class MissingPart(Strip):
    """Hidden while the original is there. A drive that is away loses nothing and asks for nothing but to look again."""

    def __init__(self, bridge: EngineBridge, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "warn", parent, stacked=True)
        self._bridge = bridge
        self._details: ItemDetails | None = None

    def show_item(self, details: ItemDetails, collection: CollectionCard | None, there: bool) -> None:
        """Say what is missing of an item; `collection` is the one it lay in."""
        self._details = details
        if there:
            self.hide()
        elif collection is not None and not collection.connected:
            number = collection.id
            self.say(
                f"The drive “{collection.name}” is not connected. The preview, tags and rating are kept; the original "
                "opens when it is back.",
                (("Look again", lambda: self._look_again(number)),),
                closable=False,
            )
        elif self._bridge.engine.read_only:
            self.say("The original has moved or been deleted. The preview, tags and rating are kept.", closable=False)
        else:
            self.say(
                "The original has moved or been deleted. The preview, tags and rating are kept.",
                (("Find it…", self._choose), ("Remove from library", self._ask_to_remove)),
                closable=False,
            )

    def found_at(self, path: Path) -> None:
        """The user says that the original is this file."""
        from engine.workflows.find_original import FindOriginal

        if self._details is not None:
            self._bridge.submit(FindOriginal(self._details.card.id, str(path)))

    def _choose(self) -> None:
        if self._details is not None:
            name, _ = QFileDialog.getOpenFileName(self, f"Where is “{self._details.card.name}”?")
            if name:
                self.found_at(Path(name))

    def _ask_to_remove(self) -> None:
        """Removing cannot be undone, so what goes is said first."""
        details = self._details
        if details is None:
            return
        said = [f"{details.card.stars} stars"] if details.card.stars else []
        said += [f"{len(details.tags)} tag{'s' if len(details.tags) > 1 else ''}"] if details.tags else []
        kept = f" with its {' and '.join(said)}" if said else ""
        self.say(
            f"Remove “{details.card.name}”{kept}? This cannot be undone.",
            (("Remove", self._remove), ("Keep", lambda: self.show_item(details, None, False))),
            closable=False,
        )

    def _remove(self) -> None:
        from engine.workflows.remove_items import RemoveItems

        if self._details is not None:
            self.hide()
            self._bridge.submit(RemoveItems((self._details.card.id,)))

    def _look_again(self, collection_id: int) -> None:
        from engine.workflows.rescan import Rescan

        self._bridge.submit(Rescan(collection_id))
