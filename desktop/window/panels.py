"""Side panels: open or closed by the user, given way by the rule, laid over the centre when asked for where they do not fit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDockWidget, QFrame, QMainWindow, QVBoxLayout, QWidget


class SidePanel(QObject):
    """One dock and the three reasons it may be hidden: the user closed it, the page has none, there is no room.

    A panel closed by the rule comes back with the space; one closed by the user stays closed.
    """

    changed = Signal()

    def __init__(self, window: QMainWindow, name: str, title: str, content: QWidget, area: Qt.DockWidgetArea) -> None:
        super().__init__(window)
        self._window, self.content, self._area = window, content, area
        self.wanted = True
        self._fits = self._page_has_it = True
        self._over: OverPanel | None = None
        self.dock = QDockWidget(title, window)
        self.dock.setObjectName(f"dock_{name}")
        self.dock.setAllowedAreas(Qt.DockWidgetArea.LeftDockWidgetArea | Qt.DockWidgetArea.RightDockWidgetArea)
        self.dock.setWidget(content)
        self.dock.setTitleBarWidget(QWidget())  # no title while docked; a torn-off panel gets the system's
        self.dock.topLevelChanged.connect(self._on_torn)
        self.dock.installEventFilter(self)
        window.addDockWidget(area, self.dock)

    @property
    def is_open(self) -> bool:
        return self._over is not None or self._should_show

    @property
    def is_over(self) -> bool:
        return self._over is not None

    @property
    def _should_show(self) -> bool:
        return self.wanted and self._page_has_it and (self._fits or self.dock.isFloating())

    def toggle(self) -> None:
        """What the panel's key does: open and close; over the centre where it has given way."""
        if self._over is not None:
            self.close_over()
        elif self._page_has_it and not self._fits and not self.dock.isFloating():
            self._open_over()
        else:
            self.wanted = not self.wanted
            self._obey()

    def set_wanted(self, wanted: bool) -> None:
        self.wanted = wanted
        self._obey()

    def set_fits(self, fits: bool) -> None:
        if fits and self._over is not None:
            self.close_over()
        self._fits = fits
        self._obey()

    def set_page_has_it(self, has_it: bool) -> None:
        if has_it == self._page_has_it:
            return
        if not has_it and self._over is not None:
            self.close_over()
        self._page_has_it = has_it
        self._obey()

    def tear_off(self) -> None:
        """Put the panel in a window of its own, or back."""
        self.wanted = True
        self.dock.setFloating(not self.dock.isFloating())
        self._obey()

    def reset(self) -> None:
        """Docked where it was at first, and open."""
        self.close_over()
        self.dock.setFloating(False)
        self._window.addDockWidget(self._area, self.dock)
        self.wanted = True
        self._obey()

    def close_over(self) -> None:
        """Take the panel from over the centre back to its dock."""
        if self._over is None:
            return
        over, self._over = self._over, None
        over.hide()
        self.dock.setWidget(self.content)
        over.deleteLater()
        self._obey()

    def _open_over(self) -> None:
        self._over = OverPanel(self._window, self.content, self._area)
        self._over.closed.connect(self.close_over)
        self._over.open_now()
        self.changed.emit()

    def _obey(self) -> None:
        self.dock.setVisible(self._should_show)
        self.changed.emit()

    def _on_torn(self, floating: bool) -> None:
        self.dock.setTitleBarWidget(None if floating else QWidget())  # type: ignore[arg-type]
        self._obey()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close and self.dock.isFloating():
            self.wanted = False
            self.dock.setFloating(False)
        return super().eventFilter(watched, event)


class OverPanel(QFrame):
    """A panel laid over the centre, at its own side, until Escape or a click elsewhere."""

    closed = Signal()

    def __init__(self, window: QMainWindow, content: QWidget, area: Qt.DockWidgetArea) -> None:
        super().__init__(window)
        self._window, self._area, self._content = window, area, content
        self.setProperty("card", "true")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(content)
        window.installEventFilter(self)

    def open_now(self) -> None:
        self._content.show()
        self._place()
        self.show()
        self.raise_()
        self._content.setFocus(Qt.FocusReason.PopupFocusReason)

    def _place(self) -> None:
        centre = self._window.centralWidget().geometry()  # type: ignore[union-attr]  # the main window always has one
        width = min(316, centre.width() - 40)
        left = centre.left() if self._area == Qt.DockWidgetArea.LeftDockWidgetArea else centre.right() - width + 1
        self.setGeometry(left, centre.top(), width, centre.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
