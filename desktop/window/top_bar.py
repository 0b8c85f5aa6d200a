"""The bar under the menus: library, search, model, undo, redo, inspector."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from desktop.actions import ActionRegistry
from desktop.theme import Theme
from desktop.theme.icons import BESIDE_WORDS
from desktop.widgets.icon_button import ActionButton
from desktop.window.logo import Logo

HEIGHT = 44


class TopBar(QWidget):
    """`search` is put in its place at x 260 (292 when wide); the library and model menus are filled by the window."""

    def __init__(self, theme: Theme, actions: ActionRegistry, search: QWidget) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("top_bar")
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._left = QWidget()
        left = QHBoxLayout(self._left)
        left.setContentsMargins(18, 0, 8, 0)
        left.setSpacing(4)
        left.addWidget(Logo(theme))
        self.library = _MenuButton("library_button", "Library")
        self.library_menu = QMenu(self.library)
        self.library.setMenu(self.library_menu)
        left.addWidget(self.library)
        left.addStretch(1)
        self.search = search
        self.model = _MenuButton("model_button", "Model and space")
        self.model_menu = QMenu(self.model)
        self.model.setMenu(self.model_menu)
        self.undo = ActionButton(theme, actions, "edit.undo")
        self.redo = ActionButton(theme, actions, "edit.redo")
        self.inspector = ActionButton(theme, actions, "view.inspector")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 10, 0)
        row.setSpacing(6)
        row.addWidget(self._left)
        row.addWidget(search, 100)
        row.addStretch(1)
        for widget in (self.model, self.undo, self.redo, self.inspector):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        theme.changed.connect(self._dress)
        self._dress()
        self.fit(1280)

    def fit(self, width: int) -> None:
        """Give the search field its place at a window width."""
        wide = width >= 1600
        self._left.setFixedWidth(292 if wide else 260 if width >= 1100 else 200)
        self.search.setMaximumWidth(796 if wide else 560)

    def show_library(self, name: str) -> None:
        self.library.setText(name)
        self.library.setAccessibleName(f"Library {name}")

    def show_model(self, name: str) -> None:
        self.model.setText(name)
        self.model.setAccessibleName(f"Model in use: {name}")

    def set_browsing(self, on: bool) -> None:
        """Search, model, undo and inspector belong to a library that holds something."""
        for widget in (self.search, self.model, self.undo, self.redo, self.inspector):
            widget.setVisible(on)

    def _dress(self) -> None:
        self.library.setFont(self._theme.font("heading"))
        self.library.setIcon(self._theme.icon("ph.caret-down", "muted"))
        self.model.setIcon(self._theme.icon("ph.cube"))


class _MenuButton(QToolButton):
    def __init__(self, name: str, says: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(says)
        self.setToolTip(says)
        self.setIconSize(QSize(16, 16) if name == "library_button" else BESIDE_WORDS)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if name == "library_button":  # the arrow follows the name
            self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
