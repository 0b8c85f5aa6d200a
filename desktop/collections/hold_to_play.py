"""Space pressed selects; Space held on a sound plays it for as long as it is held."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from desktop.collections.sound_player import SoundPlayer
from desktop.selection import SelectionModel
from desktop.shown import Shown


class HoldToPlay(QObject):
    """The first press selects at once; when the key repeats, that is taken back and the sound is played until it is let go."""

    def __init__(self, selection: SelectionModel, shown: Shown, player: SoundPlayer, parent: QObject) -> None:
        super().__init__(parent)
        self._selection, self._shown, self._player = selection, shown, player
        self._down = False
        self._played = False

    def pressed(self) -> None:
        """The key was pressed, or repeats because it is held."""
        item = self._selection.current
        if item is None:
            return
        if not self._down:
            self._down, self._played = True, False
            application = QApplication.instance()
            if application is not None:
                application.installEventFilter(self)
            self._selection.toggle(item)
        elif not self._played and (card := self._shown.cards.card(item)) is not None and card.kind == "audio":
            self._played = True
            self._selection.toggle(item)
            self._player.play(item)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        released = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyRelease
        if released and event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():  # type: ignore[attr-defined]
            self._let_go()
        return False

    def _let_go(self) -> None:
        self._down = False
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        if self._played:
            self._player.stop()
