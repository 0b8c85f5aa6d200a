"""Inspector part for sounds: the sound as a picture, times, Play and Loop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.collections.sound_picture import SoundPicture
from desktop.collections.sound_player import SoundPlayer
from desktop.collections.tile_painter import clock
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.words import Words
from engine.values import ItemDetails

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge

_COLUMNS, _ROWS = 560, 110
_LONGEST_DRAWN = 3600.0  # seconds; of longer sounds only the waveform is shown


class SoundPreview(QWidget):
    """Play plays the part that was found, or all; Loop repeats it until pressed again."""

    def __init__(self, bridge: EngineBridge, theme: Theme, player: SoundPlayer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bridge, self._player = bridge, player
        self._item: int | None = None
        self._segment: tuple[float, float] | None = None
        self.picture = SoundPicture(theme)
        self._begin = Words(theme, "0:00", "small", "muted")
        self.part = Words(theme, "", "small", "muted")
        self._end = Words(theme, "", "small", "muted")
        times = QHBoxLayout()
        times.addWidget(self._begin)
        times.addStretch(1)
        times.addWidget(self.part)
        times.addStretch(1)
        times.addWidget(self._end)
        self.play = Button(theme, "Play", self._on_play, role="primary", icon="ph.play-fill")
        self.play.setObjectName("playSound")
        self.loop = Button(theme, "Loop", self._on_loop, icon="ph.arrow-clockwise")
        self.loop.setObjectName("loopSound")
        self.loop.setCheckable(True)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        buttons.addWidget(self.play)
        buttons.addWidget(self.loop)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.picture)
        column.addLayout(times)
        column.addLayout(buttons)
        self.picture.clicked.connect(self._on_picture_clicked)
        player.moved.connect(self._show_head)
        player.state_changed.connect(self._show_state)

    def show_sound(self, details: ItemDetails, segment: tuple[float, float] | None) -> None:
        card = details.card
        self._item, self._segment = card.id, segment
        seconds = card.seconds or 0.0
        self.picture.show_sound(seconds, np.asarray(details.waveform, dtype=np.float32), segment)
        self._end.setText(clock(seconds))
        self.part.setText(f"{clock(segment[0])} to {clock(segment[1])}" if segment else "")
        self._show_state()
        if seconds > _LONGEST_DRAWN:
            return
        self._bridge.ask(
            lambda engine: (card.id, engine.originals.spectrogram(card.id, _COLUMNS, _ROWS)),
            self._show_spectrum,
            key="spectrogram",
            failed=_without_spectrum,
        )

    def _show_spectrum(self, answer: tuple[int, np.ndarray | None]) -> None:
        item, levels = answer
        if item == self._item and levels is not None:
            self.picture.show_spectrum(levels)

    def _span(self) -> tuple[float, float | None]:
        return self._segment if self._segment is not None else (0.0, None)

    def _on_play(self) -> None:
        if self._item is None:
            return
        if self._player.playing == self._item:
            self._player.stop()
        else:
            start, end = self._span()
            self._player.play(self._item, start, end, loop=self.loop.isChecked())

    def _on_loop(self) -> None:
        if self._item is not None and self.loop.isChecked():
            start, end = self._span()
            self._player.play(self._item, start, end, loop=True)
        elif self._player.playing == self._item:
            self._player.looping = False

    def _on_picture_clicked(self, seconds: float) -> None:
        if self._item is not None:
            self._player.play(self._item, seconds)

    def _show_head(self, item: int, seconds: float) -> None:
        if item == self._item:
            self.picture.show_head(seconds)

    def _show_state(self) -> None:
        playing = self._item is not None and self._player.playing == self._item
        self.play.setText("Stop" if playing else "Play")
        if not playing:
            self.picture.show_head(None)
            if self._player.playing is None and not playing:
                _uncheck(self.loop)


def _uncheck(button: QPushButton) -> None:
    button.blockSignals(True)
    button.setChecked(False)
    button.blockSignals(False)


def _without_spectrum(_fault: Exception) -> None:
    """The waveform is kept in the library and stays; the original may be away."""
