"""Something laid over the window until Escape, a click beside it, or its own end: palette, key sheet, help, export."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget


class OverWindow(QFrame):
    """A card over `host`, at most `width` x `height`, its top at `top` px or in the middle. Deletes itself when closed."""

    closed = Signal()

    def __init__(self, host: QWidget, name: str, title: str, width: int, height: int, top: int | None = None) -> None:
        super().__init__(host)
        self._host, self._size, self._top = host, (width, height), top
        self._focus_before: QWidget | None = None
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setProperty("card", "true")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._ground = _Ground(host)
        self._ground.pressed.connect(self.close_now)
        host.installEventFilter(self)
        self.hide()

    def open_now(self) -> None:
        """Show it; one of a kind at a time."""
        for other in self._host.findChildren(OverWindow):
            if other is not self and other.isVisible():
                other.close_now()
        self._focus_before = self._host.focusWidget()
        self._place()
        self._ground.show()
        self._ground.raise_()
        self.show()
        self.raise_()
        self.first_focus().setFocus(Qt.FocusReason.PopupFocusReason)

    def first_focus(self) -> QWidget:
        """What gets the focus when it opens."""
        return self

    def close_now(self) -> None:
        self.hide()
        self._ground.hide()
        if self._focus_before is not None:
            self._focus_before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.closed.emit()
        self._ground.deleteLater()
        self.deleteLater()

    def wanted_height(self) -> int:
        return self._size[1]

    def _place(self) -> None:
        whole = self._host.rect()
        width = min(self._size[0], whole.width() - 32)
        top = self._top
        height = min(self.wanted_height(), whole.height() - 32 - (top or 0))
        y = (whole.height() - height) // 2 if top is None else top
        self.setGeometry(QRect((whole.width() - width) // 2, y, width, height))
        self._ground.setGeometry(whole)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_now()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Escape belongs to what lies on top before it belongs to the window's own action
        overrides = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if overrides and event.key() == Qt.Key.Key_Escape:  # type: ignore[attr-defined]
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab stays inside while it is open."""
        inside = [child for child in self.findChildren(QWidget) if _takes_tab(child)]
        if not inside:
            return True
        now = self.focusWidget()
        at = inside.index(now) if now in inside else -1
        inside[(at + (1 if forward else -1)) % len(inside)].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)


class _Ground(QWidget):
    """Catches clicks beside the card. It draws nothing: the page stays as it is."""

    pressed = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.hide()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.pressed.emit()


def _takes_tab(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled() and bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
