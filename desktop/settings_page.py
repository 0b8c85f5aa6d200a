"""The settings page, made from the declared settings: label, control, one line of help. Takes effect at once; undo works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop import wording
from desktop.actions import ActionRegistry
from desktop.bridge import EngineBridge
from desktop.notices import Notices
from desktop.setting_controls import SettingRow
from desktop.theme import Theme
from desktop.widgets.buttons import Button
from desktop.widgets.state_block import StateBlock
from desktop.widgets.words import Words

WIDTH = 720
GROUPS = ("Look", "Files and formats", "Models", "Search", "Map", "Keys", "Privacy")


class SettingsPage(QWidget):
    """Rows that do not match the search step aside; an empty result says so."""

    def __init__(
        self,
        bridge: EngineBridge,
        theme: Theme,
        actions: ActionRegistry,
        notices: Notices,
        open_keys: Callable[[], object],
    ) -> None:
        super().__init__()
        self._bridge, self._theme, self._notices = bridge, theme, notices
        self.setObjectName("settings_page")
        self.setAccessibleName("Settings")
        self.setProperty("ground", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.search = QLineEdit()
        self.search.setObjectName("settings_search")
        self.search.setPlaceholderText("Search settings")
        self.search.setAccessibleName("Search settings")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(WIDTH)
        self.search.textChanged.connect(self._narrow)
        self.rows: dict[str, SettingRow] = {}
        self._groups: list[tuple[QWidget, str, list[QWidget]]] = []
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 8, 16, 24)
        column.setSpacing(4)
        for group in GROUPS:
            self._build_group(column, group, actions, open_keys)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setMaximumWidth(WIDTH + 16)
        scroll.setWidget(self._content)
        self._scroll = scroll
        self.nothing = StateBlock(theme)
        self.nothing.say(
            "ph.magnifying-glass", "No setting is called that.", "", (("Clear", self.search.clear),), primary=False
        )
        self.nothing.hide()
        inner = QVBoxLayout()
        inner.setContentsMargins(24, 20, 8, 0)
        inner.setSpacing(12)
        inner.addWidget(Words(theme, "Settings", "title"))
        inner.addWidget(self.search)
        inner.addWidget(scroll, 1)
        inner.addWidget(self.nothing, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addLayout(inner, 20)
        row.addStretch(1)
        self.setFocusProxy(self.search)
        self._forget = bridge.engine.settings.subscribe(
            lambda name, value: bridge.told(lambda: self._show(name, value))
        )
        self.destroyed.connect(self._forget)

    def _build_group(
        self, column: QVBoxLayout, group: str, actions: ActionRegistry, open_keys: Callable[[], object]
    ) -> None:
        heading = Words(self._theme, group, "heading")
        heading.setContentsMargins(0, 16, 0, 4)
        column.addWidget(heading)
        members: list[QWidget] = []
        settings = self._bridge.engine.settings
        for setting in settings.declared():
            if setting.group == group and setting.shown:
                row = SettingRow(self._theme, setting, settings.get(setting.name))
                row.changed.connect(self._set)
                self.rows[setting.name] = row
                members.append(row)
        if group == "Keys":
            members.append(self._keys_row(actions, open_keys))
        if group == "Privacy":
            members.append(self._privacy_row())
        for place, member in enumerate(members):
            if place:
                rule = QFrame()
                rule.setProperty("rule", "true")
                column.addWidget(rule)
            column.addWidget(member)
        heading.setVisible(bool(members))
        self._groups.append((heading, group, members))

    def _keys_row(self, actions: ActionRegistry, open_keys: Callable[[], object]) -> QWidget:
        row = QWidget()
        row.setAccessibleName("Keys of every action")
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 8, 0, 8)
        own = len(actions.own_keys())
        words = "Every action and its key; each can be changed." + (f" {own} differ from the defaults." if own else "")
        line.addWidget(Words(self._theme, words, tone="muted", wrap=True), 1)
        line.addWidget(Button(self._theme, "Show keys", open_keys, icon="ph.keyboard"))
        return row

    def _privacy_row(self) -> QWidget:
        when = self._bridge.engine.settings.get("privacy.last_connection")
        told = f"{wording.date(when)}" if when else "never"
        words = f"Sightline opens no connection unless you start a download. Last connection: {told}."
        row = Words(self._theme, words, wrap=True)
        row.setObjectName("privacy_truth")
        row.setContentsMargins(0, 8, 0, 8)
        return row

    # -- changing ---------------------------------------------------------------------------------------------
    def _set(self, name: str, value: Any) -> None:
        settings = self._bridge.engine.settings
        before = settings.get(name)
        if value == before:
            return
        label = self.rows[name].setting.label

        def keep(chosen: Any) -> None:
            def then(_: object) -> None:
                if chosen is not before:
                    self._notices.say(f"“{label}” was changed.", ("Undo", lambda: keep(before)))

            self._bridge.act(lambda engine: engine.settings.set(name, chosen), then)

        keep(value)

    def _show(self, name: str, value: Any) -> None:
        if name in self.rows:
            self.rows[name].show_value(value)

    # -- searching --------------------------------------------------------------------------------------------
    def _narrow(self, text: str) -> None:
        wanted = text.strip().casefold()
        anything = False
        for heading, group, members in self._groups:
            seen = False
            for member in members:
                words = member.setting if isinstance(member, SettingRow) else None
                told = f"{words.label} {words.help}" if words else str(getattr(member, "text", lambda: "")()) + " keys"
                fits = not wanted or wanted in f"{group} {told}".casefold()
                member.setVisible(fits)
                seen = seen or fits
            heading.setVisible(seen and bool(members))
            anything = anything or (seen and bool(members))
        self._scroll.setVisible(anything)
        self.nothing.setVisible(not anything)
