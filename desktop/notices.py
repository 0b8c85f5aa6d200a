"""The one door for messages: what happened, what it means for the data, what can be done. Never a dialog."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Literal

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.icon_button import IconButton
from desktop.widgets.words import Words
from engine.events import Notice

PLAIN_MS, WITH_BUTTON_MS = 6_000, 10_000
AT_MOST = 3
WIDTH = 440
_ICONS = {"info": ("ph.info", "accent"), "warn": ("ph.warning", "warn"), "failed": ("ph.x-circle", "error")}
Answer = tuple[str, Callable[[], object]]


class Notices(QObject):
    """Shows notices above the foot of `host`: 6 s, 10 s with a button, until closed when something failed."""

    shown = Signal(str)

    def __init__(self, theme: Theme, host: QWidget, above: int = 34) -> None:
        super().__init__(host)
        self._theme, self._host, self._above = theme, host, above
        self.cards: list[NoticeCard] = []
        host.installEventFilter(self)

    def show(self, notice: Notice, *answers: Answer) -> NoticeCard:
        """Say it; each answer is a button, and pressing one closes the notice. What stands there already is not said twice."""
        same = [
            card for card in self.cards if card.notice == notice and set(card.buttons) == {text for text, _ in answers}
        ]
        if same and not answers:
            return same[0]
        card = NoticeCard(self._theme, notice, answers, self._host)
        card.closed.connect(lambda: self._forget(card))
        self.cards.append(card)
        while len(self.cards) > AT_MOST:
            self.cards[0].close_now()
        if notice.level != "failed":
            QTimer.singleShot(WITH_BUTTON_MS if answers else PLAIN_MS, card, card.close_unless_read)
        self._place()
        card.show()
        self.shown.emit(card.text)
        return card

    def say(self, what: str, *answers: Answer, level: Literal["info", "warn", "failed"] = "info") -> NoticeCard:
        """Show a single sentence."""
        return self.show(Notice(what, level=level), *answers)

    def _forget(self, card: NoticeCard) -> None:
        if card in self.cards:
            self.cards.remove(card)
            self._place()

    def _place(self) -> None:
        foot = self._host.height() - self._above
        for card in reversed(self.cards):
            card.setFixedWidth(min(WIDTH, self._host.width() - 32))
            height = card.heightForWidth(card.width())
            card.resize(card.width(), height)
            card.move((self._host.width() - card.width()) // 2, foot - height)
            card.raise_()
            foot -= height + 8

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.cards:
            self._place()
        return super().eventFilter(watched, event)


class NoticeCard(QFrame):
    """One notice. It stays while the pointer is on it."""

    closed = Signal()

    def __init__(self, theme: Theme, notice: Notice, answers: tuple[Answer, ...], host: QWidget) -> None:
        super().__init__(host)
        self._theme, self.notice = theme, notice
        self.setObjectName("notice")
        self.setProperty("card", "true")
        self.text = " ".join(part for part in (notice.what, notice.means, notice.remedy) if part)
        self.setAccessibleName(self.text)
        self._icon = QLabel()
        words = QVBoxLayout()
        words.setSpacing(2)
        self.headline = Words(theme, notice.what, "strong" if notice.means or notice.remedy else "body", wrap=True)
        words.addWidget(self.headline)
        rest = " ".join(part for part in (notice.means, notice.remedy) if part)
        if rest:
            words.addWidget(Words(theme, rest, "small", "muted", wrap=True))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        self.buttons: dict[str, Button] = {}
        for text, act in answers:
            button = Button(theme, text, partial(self._answer, act))
            self.buttons[text] = button
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        close = IconButton(theme, "ph.x", "Close notice", small=True)
        close.clicked.connect(self.close_now)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        theme.changed.connect(self._dress)
        self._dress()

    def _answer(self, act: Callable[[], object]) -> None:
        self.close_now()
        act()

    def close_unless_read(self) -> None:
        """Time is up; a notice that is being read or has the focus gets a little more."""
        if self.underMouse() or self.isAncestorOf(self.focusWidget() or self):
            QTimer.singleShot(2_000, self, self.close_unless_read)
        else:
            self.close_now()

    def close_now(self) -> None:
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def _dress(self) -> None:
        name, token = _ICONS[self.notice.level]
        self._icon.setPixmap(self._theme.icon(name, token).pixmap(QSize(16, 16)))
