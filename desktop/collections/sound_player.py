"""Plays a sound or a part of one, once or in a loop. Qt's sound part is loaded at the first play and may be missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, QUrl, Signal

from engine.events import Notice

if TYPE_CHECKING:
    from pathlib import Path

    from desktop.bridge import EngineBridge

_TICK_MS = 40


class SoundPlayer(QObject):
    """One player for the window: starting another sound ends the one before."""

    moved = Signal(int, float)  # item id, seconds
    state_changed = Signal()

    def __init__(self, bridge: EngineBridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._player: Any = None
        self._output: Any = None
        self._item: int | None = None
        self._start = 0.0
        self._end: float | None = None
        self.looping = False
        self._opening = False
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._follow)

    @property
    def playing(self) -> int | None:
        """The item that can be heard now."""
        return self._item if self._tick.isActive() else None

    def play(self, item_id: int, start: float = 0.0, end: float | None = None, *, loop: bool = False) -> None:
        """Play from `start` to `end` seconds (None: to its end)."""
        self.stop()
        self._item, self._start, self._end, self.looping = item_id, start, end, loop
        self._bridge.ask(lambda engine: engine.items.path_of(item_id), self._begin, key="play")

    def stop(self) -> None:
        self._tick.stop()
        self._opening = False
        if self._player is not None:
            self._player.stop()
        if self._item is not None:
            self._item = None
            self.state_changed.emit()

    def _begin(self, path: Path | None) -> None:
        if self._item is None:
            return
        if path is None or not path.is_file():
            self._refuse(
                Notice(
                    "The original of this sound is not there.", "Its waveform, tags and rating are kept.", "", "warn"
                )
            )
        elif self._made():
            self._opening = True  # a place can be gone to only once the sound is open: see `_on_status`
            self._player.setSource(QUrl())
            self._player.setSource(QUrl.fromLocalFile(str(path)))
            self._tick.start()
            self.state_changed.emit()

    def _on_status(self, status: Any) -> None:
        if self._opening and status in (self._player.MediaStatus.LoadedMedia, self._player.MediaStatus.BufferedMedia):
            self._opening = False
            self._player.setPosition(round(self._start * 1000))
            self._player.play()

    def _on_trouble(self, _error: object, said: str) -> None:
        self._tick.stop()
        if self._item is not None:
            self._refuse(
                Notice(
                    "This sound could not be played.",
                    f"Its original and its waveform are as they were ({said})."
                    if said
                    else "Its original is as it was.",
                    "Open it with its own program: Ctrl+Return.",
                    "warn",
                )
            )

    def _made(self) -> bool:
        """Whether there is something to play with; if not, it is said once, kindly."""
        if self._player is not None:
            return True
        try:
            from PySide6.QtMultimedia import QAudioOutput, QMediaDevices, QMediaPlayer
        except ImportError as fault:
            self._refuse(
                Notice(
                    "Sounds cannot be played on this computer yet.",
                    f"A part of the system for sound is missing ({_library(fault)}). Everything else works.",
                    "Install it (on Debian and Ubuntu: apt install libpulse0), then start Sightline again.",
                    "warn",
                )
            )
            return False
        if QMediaDevices.defaultAudioOutput().isNull():
            self._refuse(
                Notice(
                    "No loudspeaker was found.", "The sound itself is fine.", "Connect one, then play again.", "warn"
                )
            )
            return False
        self._output = QAudioOutput(self)
        self._player = QMediaPlayer(self)
        self._player.setAudioOutput(self._output)
        self._player.mediaStatusChanged.connect(self._on_status)
        self._player.errorOccurred.connect(self._on_trouble)
        return True

    def _refuse(self, notice: Notice) -> None:
        self._item = None
        self.state_changed.emit()
        self._bridge.noticed.emit(notice)

    def _follow(self) -> None:
        if self._player is None or self._item is None or self._opening:
            return
        seconds = self._player.position() / 1000
        ended = self._player.mediaStatus() == self._player.MediaStatus.EndOfMedia
        if ended or (self._end is not None and seconds >= self._end):
            if self.looping:
                self._player.setPosition(round(self._start * 1000))
                self._player.play()
            else:
                self.stop()
                return
        self.moved.emit(self._item, seconds)


def _library(fault: ImportError) -> str:
    return str(fault).split(":", 1)[0].strip() or "Qt Multimedia"
