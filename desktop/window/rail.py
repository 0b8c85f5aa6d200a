"""The rail at the left: one button per page, help and settings at its foot."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from desktop.actions import ActionRegistry
from desktop.theme import Theme

WIDTH = 64


class Rail(QWidget):
    """Pages are registered actions; `show_page` marks the one that is open."""

    def __init__(self, theme: Theme, actions: ActionRegistry, pages: tuple[str, ...], foot: tuple[str, ...]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAccessibleName("Pages")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self.buttons: dict[str, RailButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 8)
        column.setSpacing(2)
        for place, action_id in enumerate((*pages, *foot)):
            if place == len(pages):
                column.addStretch(1)
            button = RailButton(theme, actions, action_id)
            self.buttons[action_id] = button
            column.addWidget(button)

    def show_page(self, action_id: str) -> None:
        for key, button in self.buttons.items():
            button.setChecked(key == action_id)


class RailButton(QAbstractButton):
    """Icon over words, 56 x 50, with an accent edge while its page is open."""

    def __init__(self, theme: Theme, actions: ActionRegistry, action_id: str) -> None:
        super().__init__()
        self._theme, self._icon = theme, actions[action_id].icon or "ph.circle"
        self.setObjectName("rail_" + action_id.replace(".", "_"))
        self.setText(actions[action_id].text.rstrip("…"))
        self.setAccessibleName(self.text())
        self.setToolTip(actions.tooltip(action_id))
        self.setCheckable(True)
        self.setFixedSize(WIDTH, 50)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.clicked.connect(lambda: actions.trigger(action_id))
        self._actions, self._action_id = actions, action_id
        actions.changed.connect(self._show_key)
        theme.changed.connect(self.update)

    def _show_key(self) -> None:
        if self._action_id in self._actions:
            self.setToolTip(self._actions.tooltip(self._action_id))

    def nextCheckState(self) -> None:
        """The open page decides what is checked, not the click."""

    def enterEvent(self, _event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, _event: object) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, on = self._theme, self.isChecked()
        box = QRectF(4, 0, WIDTH - 8, self.height())
        if on or self.underMouse():
            outlined = on and theme.tokens.high_contrast
            painter.setPen(QPen(theme.color("accent"), 2) if outlined else Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection" if on else "hover"))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1) if outlined else box, 5, 5)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("accent"))
            painter.drawRect(QRectF(0, 0, 2, self.height()))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.color("accent"))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 5, 5)
        picture = theme.icon(self._icon, "accent" if on else "muted").pixmap(QSize(20, 20), self.devicePixelRatio())
        painter.drawPixmap(int((WIDTH - 20) / 2), 7, picture)
        painter.setPen(theme.color("text" if on else "muted"))
        painter.setFont(theme.font("caption"))
        painter.drawText(QRectF(0, 29, WIDTH, 16), int(Qt.AlignmentFlag.AlignCenter), self.text())
