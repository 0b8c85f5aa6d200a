"""The theme in use: follows the system until the user chooses, and hands out colours, fonts and icons."""

from __future__ import annotations

import sys
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QApplication

from desktop.theme import tokens as themes
from desktop.theme.icons import make_icon
from desktop.theme.style_sheet import style_sheet
from desktop.theme.tokens import Tokens

Choice = Literal["system", "light", "dark", "contrast"]
# role -> (pixel size, line height, weight)
SCALE = {
    "caption": (11, 14, QFont.Weight.Normal),
    "small": (12, 16, QFont.Weight.Normal),
    "body": (13, 18, QFont.Weight.Normal),
    "strong": (13, 18, QFont.Weight.DemiBold),
    "lead": (15, 23, QFont.Weight.Normal),
    "heading": (15, 20, QFont.Weight.DemiBold),
    "title": (20, 26, QFont.Weight.DemiBold),
    "welcome": (30, 38, QFont.Weight.DemiBold),
}
SMALLEST_PIXELS = 11


class Theme(QObject):
    """Tokens, fonts and icons of the theme in use. `changed` tells that all three may be different now."""

    changed = Signal()

    def __init__(self, choice: Choice = "system", size_percent: int = 100, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choice: Choice = choice
        self._size = size_percent
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._family = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
        self.tokens: Tokens = self._wanted()
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(self._follow_system)

    # -- choosing ---------------------------------------------------------------------------------------------
    @property
    def choice(self) -> Choice:
        return self._choice

    @property
    def size_percent(self) -> int:
        return self._size

    def choose(self, choice: Choice) -> None:
        """Take a theme, or follow the system again."""
        self._choice = choice
        self._follow_system()

    def set_size(self, percent: int) -> None:
        """Multiply every type size: 90 to 150 %."""
        self._size = max(90, min(150, percent))
        self.apply()

    def _follow_system(self) -> None:
        self.tokens = self._wanted()
        self.apply()

    def _wanted(self) -> Tokens:
        hints = QGuiApplication.styleHints()
        system_dark = hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark
        if self._choice == "contrast" or (self._choice == "system" and _system_wants_contrast()):
            return themes.HIGH_CONTRAST_DARK if system_dark else themes.HIGH_CONTRAST_LIGHT
        if self._choice == "system":
            return themes.DARK if system_dark else themes.LIGHT
        return themes.DARK if self._choice == "dark" else themes.LIGHT

    def apply(self) -> None:
        """Dress the whole application and tell everyone."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            if application.style().name() != "fusion":
                application.setStyle("Fusion")
            application.setPalette(self.palette())
            application.setFont(self.font("body"))
            application.setStyleSheet(style_sheet(self.tokens))
        self._icons.clear()
        self.changed.emit()

    # -- handing out ------------------------------------------------------------------------------------------
    def color(self, name: str) -> QColor:
        """The colour of a token, by its name."""
        return QColor(getattr(self.tokens, name))

    def font(self, role: str) -> QFont:
        """A font of the scale (caption, small, body, strong, heading, title, welcome) with tabular figures."""
        pixels, _, weight = SCALE[role]
        font = QFont(self._family)
        font.setPixelSize(max(SMALLEST_PIXELS, round(pixels * self._size / 100)))
        font.setWeight(weight)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def icon(self, name: str, token: str = "text") -> QIcon:
        """An icon such as `ph.folder` in a token's colour; kept until the theme changes."""
        key = (name, token)
        if key not in self._icons:
            self._icons[key] = make_icon(name, self.color(token), self.color("disabled"))
        return self._icons[key]

    def palette(self) -> QPalette:
        """The tokens as Qt roles."""
        role, group = QPalette.ColorRole, QPalette.ColorGroup
        palette = QPalette()
        for name, roles in {
            "window": (role.Window,),
            "surface": (role.Base,),
            "raised": (role.Button, role.ToolTipBase, role.Light),
            "hover": (role.Midlight, role.AlternateBase),
            "line": (role.Mid,),
            "control": (role.Dark, role.Shadow),
            "text": (
                role.Text,
                role.WindowText,
                role.ButtonText,
                role.ToolTipText,
                role.HighlightedText,
                role.BrightText,
            ),
            "muted": (role.PlaceholderText,),
            "accent": (role.Accent, role.Link, role.LinkVisited),
            "selection": (role.Highlight,),
        }.items():
            for each in roles:
                palette.setColor(each, self.color(name))
        for each in (role.Text, role.WindowText, role.ButtonText):
            palette.setColor(group.Disabled, each, self.color("disabled"))
        return palette


def _system_wants_contrast() -> bool:
    """Whether the system asks for more contrast (Qt 6.10 and later can tell)."""
    hints = QGuiApplication.styleHints()
    ask = getattr(hints, "accessibility", None)
    if ask is None or (sys.platform == "linux" and not QGuiApplication.primaryScreen()):
        return False
    accessibility = ask()
    try:
        return accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast
    except (AttributeError, RuntimeError):  # older Qt, or a platform without the hint
        return False
