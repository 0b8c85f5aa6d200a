"""What undo and redo would do now, asked after every act, so that buttons and menus can say it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop.bridge import EngineBridge
from engine.events import Changed


class UndoState(QObject):
    """`undo_sentence` and `redo_sentence` are None when there is nothing to undo or redo."""

    changed = Signal()

    def __init__(self, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self.undo_sentence: str | None = None
        self.redo_sentence: str | None = None
        bridge.acted.connect(self.refresh)
        bridge.changed.connect(self._take_change)
        self.refresh()

    def undo(self) -> None:
        self._bridge.act(lambda engine: engine.marks.undo() and None, lambda _: self.refresh())

    def redo(self) -> None:
        self._bridge.act(lambda engine: engine.marks.redo() and None, lambda _: self.refresh())

    def refresh(self, *_: object) -> None:
        self._bridge.ask(
            lambda engine: (engine.marks.undo_sentence(), engine.marks.redo_sentence()), self._show, key="undo state"
        )

    def _take_change(self, change: Changed) -> None:
        if change.marks or change.searches:
            self.refresh()

    def _show(self, sentences: tuple[str | None, str | None]) -> None:
        self.undo_sentence, self.redo_sentence = sentences if not self._bridge.engine.read_only else (None, None)
        self.changed.emit()
