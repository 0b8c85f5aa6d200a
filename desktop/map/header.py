"""What stands in the view header for the map: tools, “Colour: Collection”, the gap switch, more."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QStyle, QStyleOptionToolButton, QToolButton, QWidget

from desktop.actions import ActionRegistry
from desktop.theme import Theme
from desktop.widgets.icon_button import ActionButton, IconButton

FIELDS = (
    "subject",
    "kind",
    "collection",
    "folder",
    "tag",
    "stars",
    "flag",
    "label",
    "year",
    "month",
    "camera",
    "language",
)
TOOLS = ("map.pan", "map.lasso", "map.rectangle", "map.fit")
PAD, GAP, ICON = 9, 5, 14


class ColourButton(QToolButton):
    """“Colour: Collection” with a menu of fields."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("map_colour")
        self._theme = theme
        self._field = ""
        self._short = False
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setFixedHeight(28)
        self._menu = QMenu(self)
        group = QActionGroup(self)
        for field in FIELDS:
            entry = QAction(field.capitalize(), self, checkable=True)
            entry.setData(field)
            group.addAction(entry)
            self._menu.addAction(entry)
        group.triggered.connect(lambda entry: self.chosen.emit(entry.data()))
        self.setMenu(self._menu)
        theme.changed.connect(self._resize)
        self.show_field(FIELDS[0])

    def show_field(self, field: str) -> None:
        """Show which field colours the map now."""
        self._field = field
        for entry in self._menu.actions():
            entry.setChecked(entry.data() == field)
        self.setAccessibleName(f"Colour: {field}")
        self.setToolTip("Which property gives the points their colour")
        self._resize()

    def shorten(self, on: bool) -> None:
        """Only the field's name, where it is narrow."""
        self._short = on
        self._resize()

    def _words(self) -> tuple[str, str]:
        return ("" if self._short else "Colour: "), self._field.capitalize()

    def _resize(self) -> None:
        plain, strong = self._words()
        width = QFontMetrics(self._theme.font("body")).horizontalAdvance(plain)
        width += QFontMetrics(self._theme.font("strong")).horizontalAdvance(strong)
        self.setFixedWidth(width + 2 * PAD + GAP + ICON)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.text = ""
        painter = QPainter(self)
        self.style().drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option, painter, self)
        plain, strong = self._words()
        painter.setPen(self._theme.color("text"))
        x = PAD
        for words, role in ((plain, "body"), (strong, "strong")):
            font = self._theme.font(role)
            width = QFontMetrics(font).horizontalAdvance(words)
            painter.setFont(font)
            painter.drawText(QRect(x, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, words)
            x += width
        caret = self._theme.icon("ph.caret-down", "muted").pixmap(QSize(12, 12), self.devicePixelRatioF())
        painter.drawPixmap(x + GAP, (self.height() - 12) // 2 + 1, caret)


class GapSwitch(QToolButton):
    """Says how far apart the kinds lie, and corrects it. Off: “Gap 0.61”; on: a tick and “Gap corrected”."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("map_gap")
        self.setCheckable(True)
        self.setFixedHeight(28)
        self.setIconSize(QSize(16, 16))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setStyleSheet("QToolButton:checked { background: transparent; color: palette(button-text); }")
        self._theme = theme
        self._gap: float | None = None
        self.toggled.connect(self._dress)
        theme.changed.connect(self._dress)
        self._dress()

    def show_gap(self, gap: float | None) -> None:
        """The distance between the kinds' centres in the map as shown, or None while unknown or with one kind only."""
        self._gap = gap
        self._dress()

    def _dress(self) -> None:
        figure = "" if self._gap is None else f"{self._gap:.2f}"
        on = self.isChecked()
        self.setText("Gap corrected" if on else f"Gap {figure}".strip())
        self.setIcon(self._theme.icon("ph.check" if on else "ph.arrows-out-line-horizontal", "text"))
        said = f"The centres of pictures, sounds and texts lie {figure} apart." if figure else ""
        offer = "Corrected: kinds lie together." if on else "Switch on to bring the kinds together."
        self.setToolTip(" ".join(part for part in (said, offer) if part))
        self.setAccessibleName("Correct the gap between kinds")
        self.setAccessibleDescription(self.toolTip())


class MoreButton(IconButton):
    """“…” with what is needed less often."""

    def __init__(self, theme: Theme, actions: ActionRegistry, ids: Sequence[str]) -> None:
        super().__init__(theme, "ph.dots-three", "More for the map")
        self.setObjectName("map_more")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._actions, self._ids = actions, tuple(ids)
        self._list = QMenu(self)
        self._list.aboutToShow.connect(self._fill)
        self.setMenu(self._list)

    def _fill(self) -> None:
        self._list.clear()
        for id in self._ids:
            action = self._actions[id]
            entry = self._list.addAction(action.text)
            entry.setEnabled(action.is_enabled)
            if action.checked is not None:
                entry.setCheckable(True)
                entry.setChecked(action.checked())
            entry.triggered.connect(lambda _=False, id=id: self._actions.trigger(id))


def rule(height: int = 20) -> QWidget:
    """A thin upright line between groups of controls."""
    line = QFrame()
    line.setProperty("rule", "vertical")
    line.setFixedSize(1, height)
    return line


def tool_row(theme: Theme, actions: ActionRegistry) -> QWidget:
    """Pan, lasso, rectangle, fit."""
    row = QWidget()
    row.setObjectName("map_tools")
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(4)
    for id in TOOLS:
        layout.addWidget(ActionButton(theme, actions, id))
    return row
