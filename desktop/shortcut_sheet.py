"""The key sheet: every registered action with its keys, each of which can be clicked and bound anew."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop.actions import GROUPS, Action, ActionRegistry
from desktop.bridge import EngineBridge
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.icon_button import IconButton
from desktop.widgets.over_window import OverWindow
from desktop.widgets.strip import Strip
from desktop.widgets.words import ElidedWords, Words

WIDTH, HEIGHT = 1240, 764
COLUMNS, SHORTEST_COLUMN = 4, 12
_MODIFIERS = (Qt.Key.Key_Control, Qt.Key.Key_Shift, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


class ShortcutSheet(OverWindow):
    """Click a key, press another; a clash is asked about before anything changes."""

    def __init__(self, bridge: EngineBridge, theme: Theme, actions: ActionRegistry, host: QWidget) -> None:
        super().__init__(host, "shortcut_sheet", "Keys", WIDTH, HEIGHT)
        self._bridge, self._theme, self._actions = bridge, theme, actions
        self.search = QLineEdit()
        self.search.setObjectName("keys_search")
        self.search.setPlaceholderText("Search actions and keys")
        self.search.setAccessibleName("Search actions and keys")
        self.search.textChanged.connect(lambda _: self._fill())
        self.clash = Strip(theme, "warn")
        self.clash.setObjectName("key_clash")
        close = IconButton(theme, "ph.x", "Close")
        close.clicked.connect(self.close_now)
        head = QHBoxLayout()
        head.setContentsMargins(20, 14, 14, 10)
        head.setSpacing(16)
        head.addWidget(Words(theme, "Keys", "title"))
        head.addWidget(self.search, 1)
        head.addWidget(Button(theme, "All back to defaults", self._reset, role="flat"))
        head.addWidget(close)
        self.nothing = Words(theme, "No action with that key.", tone="muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.clash)
        column.addWidget(self.nothing, 1)
        column.addWidget(self._scroll, 1)
        self.keys: dict[str, KeyButton] = {}
        self._fill()

    def first_focus(self) -> QWidget:
        return self.search

    def ask(self, action_id: str, key: str) -> None:
        """Bind `key` to an action, or ask first when another would lose it."""
        clash = self._actions.clash(action_id, key)
        if clash is None:
            self._bind(action_id, key)
            return
        shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        name = clash.action.text.rstrip("…")
        self.clash.say(
            f"{shown} already does “{name}”. Use it here instead?",
            (("Swap", lambda: self._swap(action_id, key)), ("Keep", self._keep)),
            closable=False,
        )

    def _swap(self, action_id: str, key: str) -> None:
        self.clash.hide()
        self._bind(action_id, key)

    def _keep(self) -> None:
        self.clash.hide()
        self._fill()

    def _bind(self, action_id: str, key: str) -> None:
        self._actions.bind(action_id, (key,))
        self._remember()

    def _reset(self) -> None:
        self._actions.set_own_keys({})
        self._remember()

    def _remember(self) -> None:
        bindings = self._actions.own_keys()
        self._bridge.act(lambda engine: engine.settings.set("keys.bindings", bindings))
        self._fill()

    def _fill(self) -> None:
        wanted = self.search.text().strip().casefold()
        board = QWidget()
        board.setObjectName("key_board")
        columns = QHBoxLayout(board)
        columns.setContentsMargins(20, 0, 20, 20)
        columns.setSpacing(28)
        self.keys = {}
        rows: list[str | Action] = []
        for group in GROUPS:
            members = [action for action in self._actions if action.group == group and self._fits(action, wanted)]
            rows += [group, *members] if members else []
        length = max(SHORTEST_COLUMN, math.ceil(len(rows) / COLUMNS))
        while rows:
            end = length - 1 if len(rows) > length and isinstance(rows[length - 1], str) else length
            columns.addLayout(self._column(rows[:end]), 1)  # no column ends with a heading
            rows = rows[end:]
        for _ in range(COLUMNS - columns.count()):
            columns.addStretch(1)
        self.nothing.setVisible(not self.keys)
        self._scroll.setVisible(bool(self.keys))
        self._scroll.setWidget(board)

    def _fits(self, action: Action, wanted: str) -> bool:
        keys = " ".join(self._actions.keys_of(action.id))
        return wanted in f"{action.text} {keys}".casefold()

    def _column(self, rows: list[str | Action]) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(3)
        for place, entry in enumerate(rows):
            if isinstance(entry, str):
                column.addSpacing(10 if place else 0)
                column.addWidget(Words(self._theme, entry, "strong"))
                continue
            button = KeyButton(self._theme, self._actions, entry, self)
            self.keys[entry.id] = button
            row = QHBoxLayout()
            row.setSpacing(6)
            row.addWidget(ElidedWords(self._theme, entry.text.rstrip("…")), 1)
            row.addWidget(button)
            column.addLayout(row)
        column.addStretch(1)
        return column


class KeyButton(QPushButton):
    """Shows an action's keys; clicked, it waits for another. Escape leaves it, Backspace takes the key away."""

    def __init__(self, theme: Theme, actions: ActionRegistry, action: Action, sheet: ShortcutSheet) -> None:
        super().__init__()
        self._actions, self._action, self._sheet = actions, action, sheet
        self._listens = False
        self.setObjectName("key_" + action.id.replace(".", "_"))
        self.setFont(theme.font("small"))
        self.setProperty("keycap", "true")
        self.clicked.connect(self._listen)
        self._show()

    def _show(self) -> None:
        keys = [
            QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
            for key in self._actions.keys_of(self._action.id)
        ]
        told = " or ".join(keys)
        self.setText("Press a key" if self._listens else (keys[0] if keys else "–").replace("&", "&&"))
        self.setAccessibleName(f"{self._action.text.rstrip('…')}: {told or 'no key'}")
        self.setToolTip(f"{told + '. ' if len(keys) > 1 else ''}Click, then press another key")

    def _listen(self) -> None:
        if not self._listens:
            self._listens = True
            self._actions.suspend(True)
            self._show()

    def _stop(self) -> None:
        if self._listens:
            self._listens = False
            self._actions.suspend(False)
            self._show()

    def event(self, event: QEvent) -> bool:
        if self._listens and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._listens:
            super().keyPressEvent(event)
            return
        if event.key() in _MODIFIERS:
            return
        self._stop()
        if event.key() == Qt.Key.Key_Escape:
            return
        if event.key() == Qt.Key.Key_Backspace:
            self._actions.bind(self._action.id, ())
            self._sheet._remember()
            return
        self._sheet.ask(self._action.id, key_of(event))

    def focusNextPrevChild(self, forward: bool) -> bool:
        return False if self._listens else super().focusNextPrevChild(forward)

    def focusOutEvent(self, event: QEvent) -> None:  # type: ignore[override]
        self._stop()
        super().focusOutEvent(event)  # type: ignore[arg-type]

    def hideEvent(self, _event: object) -> None:
        self._stop()


def key_of(event: QKeyEvent) -> str:
    """A key press as a key sequence. Shift is left out where the sign already needs it (`?`, not `Shift+?`)."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    text = event.text()
    if text and text.isprintable() and not text.isalnum() and not text.isspace():
        modifiers &= ~Qt.KeyboardModifier.ShiftModifier
    return QKeySequence(modifiers.value | event.key()).toString()
