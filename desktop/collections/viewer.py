"""The viewer: one item large over the whole page, next and previous by arrows, 100 % by Z."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop.collections import browsing
from desktop.collections.full_picture import full_picture
from desktop.collections.image_canvas import ImageCanvas
from desktop.collections.sound_player import SoundPlayer
from desktop.collections.sound_preview import SoundPreview
from desktop.collections.star_row import StarRow
from desktop.collections.text_preview import Passages
from desktop.selection import SelectionModel
from desktop.shown import Shown
from desktop.theme import Theme
from desktop.widgets.icon_button import IconButton
from desktop.widgets.state_block import StateBlock
from desktop.widgets.words import ElidedWords, Words
from engine.values import ItemDetails

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge
    from engine.engine import Engine

_PREVIEW = 384


class Viewer(QWidget):
    """Covers `stage` while open and walks through what is shown; marks keep working, because it lies inside the stage."""

    closed = Signal()

    def __init__(
        self,
        bridge: EngineBridge,
        theme: Theme,
        selection: SelectionModel,
        shown: Shown,
        player: SoundPlayer,
        stage: QWidget,
    ) -> None:
        super().__init__(stage)
        self.setObjectName("viewer")
        self.setAccessibleName("Viewer")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._bridge, self._theme, self._selection, self._shown = bridge, theme, selection, shown
        self._stage, self._player = stage, player
        self._item: int | None = None
        self._before_focus: QWidget | None = None
        self.picture = ImageCanvas(theme.color("canvas"), margin=12)
        self.picture.setObjectName("viewerPicture")
        self.picture.activated.connect(self.close_viewer)
        self.sound = SoundPreview(bridge, theme, player)
        self.text = Passages(theme)
        self.state = StateBlock(theme)
        self._pages = QStackedWidget()
        for page in (self.picture, _centred(self.sound, 720), _centred(self.text, 640), self.state):
            self._pages.addWidget(page)
        self.name = ElidedWords(theme, "", "strong")
        self.name.setObjectName("viewerName")
        self.place = Words(theme, "", "small", "muted")
        self.zoom = Words(theme, "", "small", "muted")
        self.stars = StarRow(theme)
        self.stars.chosen.connect(self._on_stars)
        previous = IconButton(theme, "ph.caret-left", "Previous (Left)")
        following = IconButton(theme, "ph.caret-right", "Next (Right)")
        full = IconButton(theme, "ph.magnifying-glass-plus", "100 % (Z)")
        leave = IconButton(theme, "ph.x", "Close (Esc)")
        previous.clicked.connect(lambda: self.step(-1))
        following.clicked.connect(lambda: self.step(1))
        full.clicked.connect(self.toggle_full_size)
        leave.clicked.connect(self.close_viewer)
        bar = QHBoxLayout()
        bar.setContentsMargins(12, 4, 8, 4)
        bar.setSpacing(8)
        bar.addWidget(self.name, 1)
        for widget in (self.stars, self.zoom, self.place, previous, following, full, leave):
            bar.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self._pages, 1)
        self.picture.view_changed.connect(self._show_zoom)
        selection.current_changed.connect(self._follow)
        bridge.changed.connect(self._take_change)
        theme.changed.connect(lambda: self.picture.set_ground(theme.color("canvas")))
        stage.installEventFilter(self)
        self.hide()

    def open_item(self, item_id: int) -> None:
        """Show an item large."""
        if not self.isVisible():
            self._before_focus = self._stage.focusWidget()
            self.setGeometry(self._stage.rect())
            self.show()
            self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self._selection.has(item_id):
            self._selection.set((item_id,))
        self._selection.set_current(item_id)
        self._show(item_id)

    def close_viewer(self) -> None:
        """Back to where it was opened from, with the item last seen as the current one."""
        if not self.isVisible():
            return
        self._player.stop()
        self.hide()
        self._item = None
        if self._before_focus is not None:
            self._before_focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def step(self, step: int) -> None:
        """To the next or previous of what is shown, or of the selected items when several are."""
        order = self._shown.ids
        if self._selection.count > 1:
            order = order[self._selection.mask(order)]
        index = browsing.index_of(order, self._item)
        if index is None or not len(order):
            return
        wanted = min(max(index + step, 0), len(order) - 1)
        if wanted != index:
            browsing.move(self._selection, np.asarray(order), wanted, extend=False)

    def toggle_full_size(self) -> None:
        if self._pages.currentIndex() == 0:
            self.picture.toggle_full_size()

    def _follow(self) -> None:
        current = self._selection.current
        if self.isVisible() and current is not None and current != self._item:
            self._show(current)

    def _show(self, item_id: int) -> None:
        self._item = item_id
        self._player.stop()

        def question(engine: Engine) -> tuple[ItemDetails | None, QImage]:
            try:
                details = engine.items.details(item_id)
            except KeyError:
                return None, QImage()
            data = engine.thumbnails.get(item_id, _PREVIEW) if details.card.kind == "image" else None
            return details, QImage.fromData(data) if data else QImage()

        self._bridge.ask(question, self._show_details, key="viewer")

    def _show_details(self, answer: tuple[ItemDetails | None, QImage]) -> None:
        details, preview = answer
        if details is None or details.card.id != self._item:
            return
        card = details.card
        self.name.setText(card.name)
        self.stars.show_stars(card.stars)
        order = self._shown.ids
        index = browsing.index_of(order, card.id)
        self.place.setText(f"{index + 1:,} of {len(order):,}" if index is not None else "")
        if card.kind == "image":
            original = (card.width, card.height) if card.width and card.height else None
            self.picture.show_image(preview, original)
            self._pages.setCurrentIndex(0)
            item_id = card.id
            self._bridge.ask(
                lambda engine: (item_id, full_picture(engine, item_id)), self._show_full, key="viewer picture"
            )
        elif card.kind == "audio":
            self.sound.show_sound(details, None)
            self._pages.setCurrentIndex(1)
        else:
            before = [(str(n), " ".join(t.split()), False) for n, t in details.around if n < details.passage]
            after = [(str(n), " ".join(t.split()), False) for n, t in details.around if n > details.passage]
            self.text.show_lines([*before, (str(details.passage), card.text or card.name, True), *after], ())
            self._pages.setCurrentIndex(2)
        self._show_zoom()

    def _show_full(self, answer: tuple[int, QImage]) -> None:
        item_id, image = answer
        if item_id != self._item:
            return
        if image.isNull() and self.picture.image.isNull():
            self.state.say(
                "ph.warning",
                "Cannot be shown",
                "The original could not be read, and there is no preview.",
                token="warn",
            )
            self._pages.setCurrentIndex(3)
        elif not image.isNull():
            self.picture.show_image(image, None, keep_view=True)
        self._show_zoom()

    def _show_zoom(self) -> None:
        self.zoom.setText(f"{self.picture.scale():.0%}".replace("%", " %") if self._pages.currentIndex() == 0 else "")

    def _on_stars(self, stars: int) -> None:
        if self._item is not None:
            ids = (self._item,)
            self.stars.show_stars(stars)
            self._shown.cards.expect(ids, stars=stars)
            self._bridge.act(lambda engine: engine.marks.stars(ids, stars))

    def _take_change(self, change: object) -> None:
        item_id = self._item
        if getattr(change, "marks", False) and item_id is not None and self.isVisible():
            self._bridge.ask(lambda engine: engine.items.cards([item_id]), self._show_marks, key="viewer marks")

    def _show_marks(self, cards: list) -> None:  # type: ignore[type-arg]
        if cards and cards[0].id == self._item:
            self.stars.show_stars(cards[0].stars)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._stage and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._stage.rect())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageUp: -1,
            Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageDown: 1,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if step:
            self.step(step)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.step(-len(self._shown.ids) if event.key() == Qt.Key.Key_Home else len(self._shown.ids))
        elif event.key() == Qt.Key.Key_Escape:
            self.close_viewer()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.color("canvas"))


def _centred(widget: QWidget, width: int) -> QWidget:
    page = QWidget()
    widget.setMaximumWidth(width)
    row = QHBoxLayout(page)
    row.setContentsMargins(24, 24, 24, 24)
    row.addStretch(1)
    row.addWidget(widget, 8, Qt.AlignmentFlag.AlignVCenter)
    row.addStretch(1)
    return page
