"""One registry of everything the user can do by key, menu, palette or button. The palette, the key sheet and the menus are made from it.

One `QShortcut` exists per key and scope; it asks the registry which action is meant, so two actions may share a key
when their scopes differ: the one whose widget holds the focus most closely wins. Keys without Ctrl, Alt or Meta do
nothing while a text field has the focus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

GROUPS = ("Everywhere", "Items", "Map", "Search", "Review", "Train")
MENUS = ("File", "Edit", "View", "Select", "Search", "Window", "Help")
_PRESS_BUTTONS = tuple(QKeySequence(key) for key in ("Space", "Return", "Enter"))
_MENU_OF_GROUP = {"Items": "Select", "Map": "View", "Search": "Search"}


@dataclass(frozen=True)
class Action:
    """Something the user can do. `widget` limits its keys to that widget; `enabled` and `checked` are asked each time."""

    id: str
    text: str
    keys: tuple[str, ...]
    group: str
    handler: Callable[[], object]
    icon: str | None = None
    widget: QWidget | None = None
    enabled: Callable[[], bool] | None = None
    checked: Callable[[], bool] | None = None
    hint: str = ""
    menu: str = ""

    @property
    def is_enabled(self) -> bool:
        return self.enabled is None or bool(self.enabled())


@dataclass(frozen=True)
class Clash:
    """A wanted key is already taken by `action`."""

    key: str
    action: Action


class ActionRegistry(QObject):
    """Declared actions, their keys as the user wants them, and the shortcuts that trigger them."""

    changed = Signal()  # an action came, went or got other keys
    triggered = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._actions: dict[str, Action] = {}
        self._own_keys: dict[str, tuple[str, ...]] = {}  # what the user bound instead of the declared keys
        self._window: QWidget | None = None
        self._shortcuts: dict[tuple[int, str], QShortcut] = {}
        self._recent: list[str] = []
        self._suspended = 0
        self._lent: list[tuple[QWidget, QWidget]] = []  # (whose actions, where their keys are heard as well)

    # -- declaring --------------------------------------------------------------------------------------------
    def add(
        self,
        id: str,
        text: str,
        keys: tuple[str, ...] = (),
        group: str = "Everywhere",
        handler: Callable[[], object] = lambda: None,
        *,
        icon: str | None = None,
        widget: QWidget | None = None,
        enabled: Callable[[], bool] | None = None,
        checked: Callable[[], bool] | None = None,
        hint: str = "",
        menu: str | None = None,
    ) -> Action:
        """Declare an action once. `menu` names its place in the menu bar ("" for none); without it the group decides."""
        if id in self._actions:
            raise ValueError(f"the action {id} is declared twice")
        if group not in GROUPS:
            raise ValueError(f"the action {id} names the unknown group {group}")
        place = _MENU_OF_GROUP.get(group, "") if menu is None else menu
        action = Action(id, text, tuple(keys), group, handler, icon, widget, enabled, checked, hint, place)
        self._actions[id] = action
        if widget is not None:
            widget.destroyed.connect(lambda *_: self.remove(id))
        self._listen(action)
        self.changed.emit()
        return action

    def remove(self, id: str) -> None:
        """Forget an action (its view is gone)."""
        if self._actions.pop(id, None) is not None:
            try:
                self.changed.emit()
            except RuntimeError:  # the registry itself went with the window
                return

    def attach(self, window: QWidget) -> None:
        """Actions without a widget of their own are heard anywhere in this window from now on."""
        self._window = window
        for action in self._actions.values():
            self._listen(action)

    def hear_also(self, home: QWidget, place: QWidget) -> None:
        """The keys of `home`'s actions count in `place` too, but for Space and Enter, which belong to what has the focus there."""
        self._lent.append((home, place))
        for action in self._actions.values():
            self._listen(action)

    # -- asking -----------------------------------------------------------------------------------------------
    def __iter__(self) -> Iterator[Action]:
        return iter(list(self._actions.values()))

    def __contains__(self, id: str) -> bool:
        return id in self._actions

    def __getitem__(self, id: str) -> Action:
        return self._actions[id]

    def keys_of(self, id: str) -> tuple[str, ...]:
        """The keys in force: the user's where bound, else the declared ones."""
        return self._own_keys.get(id, self._actions[id].keys)

    def key_text(self, id: str) -> str:
        """The first key as the system writes it, or nothing."""
        keys = self.keys_of(id)
        return QKeySequence(keys[0]).toString(QKeySequence.SequenceFormat.NativeText) if keys else ""

    def tooltip(self, id: str) -> str:
        """What a button says when pointed at: the words, then the key."""
        action, key = self._actions[id], self.key_text(id)
        words = action.hint or action.text.rstrip("…")
        return f"{words} ({key})" if key else words

    def recent(self) -> list[Action]:
        """Actions used lately, newest first."""
        return [self._actions[id] for id in self._recent if id in self._actions]

    # -- doing ------------------------------------------------------------------------------------------------
    def trigger(self, id: str) -> bool:
        """Do it now, when it can be done; says whether it was."""
        action = self._actions[id]
        if not action.is_enabled:
            return False
        self._recent = [id, *(other for other in self._recent if other != id)][:8]
        action.handler()
        self.triggered.emit(id)
        return True

    def press(self, key: str) -> bool:
        """What pressing `key` means where the focus is now; says whether anything was done."""
        if self._suspended:
            return False
        focus = QApplication.focusWidget()
        if is_typing(focus) and _is_plain(key):
            return False
        for action in self._candidates(key, focus):
            if action.is_enabled:
                return self.trigger(action.id)
        return False

    def suspend(self, on: bool) -> None:
        """While a key is being recorded, pressing one does nothing else."""
        self._suspended += 1 if on else -1

    def _candidates(self, key: str, focus: QWidget | None) -> list[Action]:
        wanted = QKeySequence(key)
        found: list[tuple[int, Action]] = []
        for action in self._actions.values():
            if not any(QKeySequence(each) == wanted for each in self.keys_of(action.id)):
                continue
            if action.widget is None:
                found.append((10_000, action))
            elif (distance := _steps_up(focus, action.widget)) is not None:
                found.append((distance, action))
            elif wanted not in _PRESS_BUTTONS:
                lent = (_steps_up(focus, place) for home, place in self._lent if home is action.widget)
                found += [(distance, action) for distance in lent if distance is not None]
        return [action for _, action in sorted(found, key=lambda pair: pair[0])]

    # -- other keys -------------------------------------------------------------------------------------------
    def clash(self, id: str, key: str) -> Clash | None:
        """Who would lose `key` if `id` took it: an action heard in the same place, or nobody."""
        wanted = QKeySequence(key)
        mine = self._actions[id]
        for other in self._actions.values():
            same_place = mine.widget is None or other.widget is None or mine.widget is other.widget
            if (
                other.id != id
                and same_place
                and other.group in (mine.group, "Everywhere")
                and any(QKeySequence(each) == wanted for each in self.keys_of(other.id))
            ):
                return Clash(key, other)
        return None

    def bind(self, id: str, keys: tuple[str, ...]) -> None:
        """Give an action other keys; whoever had one of them in the same place loses it."""
        for key in keys:
            while (clash := self.clash(id, key)) is not None:
                wanted = QKeySequence(key)
                left = tuple(each for each in self.keys_of(clash.action.id) if QKeySequence(each) != wanted)
                self._own_keys[clash.action.id] = left
        if keys == self._actions[id].keys:
            self._own_keys.pop(id, None)
        else:
            self._own_keys[id] = keys
        self._listen(self._actions[id])
        self.changed.emit()

    def own_keys(self) -> dict[str, list[str]]:
        """The user's bindings, to be kept in the settings."""
        return {id: list(keys) for id, keys in self._own_keys.items()}

    def set_own_keys(self, bindings: dict[str, list[str]]) -> None:
        """Bindings as kept; those of actions that do not exist (yet) are kept too."""
        self._own_keys = {id: tuple(keys) for id, keys in bindings.items()}
        for action in self._actions.values():
            self._listen(action)
        self.changed.emit()

    # -- hearing keys -----------------------------------------------------------------------------------------
    def _hear(self, slot: tuple[int, str]) -> None:
        """A shortcut takes its key away from the focused widget; one that means nothing here is given back."""
        key, focus = slot[1], QApplication.focusWidget()
        presses_button = isinstance(focus, QAbstractButton) and QKeySequence(key) in _PRESS_BUTTONS
        if focus is None or (not presses_button and self.press(key)):
            return
        combination = combination_of(key)
        sign = " " if combination.key() == Qt.Key.Key_Space else ""
        deaf = [shortcut for (_, other), shortcut in self._shortcuts.items() if other == key]
        for shortcut in deaf:  # or Qt would hand the key to the shortcut again
            shortcut.setEnabled(False)
        try:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                QApplication.sendEvent(focus, QKeyEvent(kind, combination.key(), combination.keyboardModifiers(), sign))
        finally:
            for shortcut in deaf:
                shortcut.setEnabled(True)

    def _listen(self, action: Action) -> None:
        home = action.widget or self._window
        lent = [place for owner, place in self._lent if owner is home]
        for where in [home, *lent] if home is not None else []:
            self._listen_in(where, action)

    def _listen_in(self, where: QWidget, action: Action) -> None:
        for key in self.keys_of(action.id):
            if where is not action.widget and action.widget is not None and QKeySequence(key) in _PRESS_BUTTONS:
                continue
            slot = (id(where), QKeySequence(key).toString())
            if slot in self._shortcuts:
                continue
            shortcut = QShortcut(QKeySequence(key), where)
            shortcut.setContext(
                Qt.ShortcutContext.WindowShortcut
                if action.widget is None
                else Qt.ShortcutContext.WidgetWithChildrenShortcut
            )
            shortcut.activated.connect(lambda slot=slot: self._hear(slot))
            shortcut.activatedAmbiguously.connect(lambda slot=slot: self._hear(slot))
            self._shortcuts[slot] = shortcut
            where.destroyed.connect(lambda *_, slot=slot: self._shortcuts.pop(slot, None))


def is_typing(widget: QWidget | None) -> bool:
    """Whether keys pressed now are meant as letters."""
    if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        return not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, QAbstractSpinBox | QKeySequenceEdit)


def combination_of(key: str) -> QKeyCombination:
    """The first combination of a key sequence such as `Ctrl+B`."""
    sequence: Any = QKeySequence(key)  # its index operator is missing from the type stubs
    found: QKeyCombination = sequence[0]
    return found


def _is_plain(key: str) -> bool:
    """A key pressed alone or with Shift; the F keys and Escape never write anything."""
    if QKeySequence(key).isEmpty():
        return True
    combination = combination_of(key)
    held = combination.keyboardModifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    code = combination.key()
    writes = code == Qt.Key.Key_Escape or Qt.Key.Key_F1 <= code <= Qt.Key.Key_F35
    return held == Qt.KeyboardModifier.NoModifier and not writes


def _steps_up(inner: QWidget | None, outer: QWidget) -> int | None:
    """How many parents lie between the two, or None when `inner` is not inside `outer`."""
    steps = 0
    while inner is not None:
        if inner is outer:
            return steps
        inner, steps = inner.parentWidget(), steps + 1
    return None
