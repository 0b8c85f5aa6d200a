"""Welcome: the promise, three ways in, three facts about trust; at the right the sample map."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop.theme import Theme
from desktop.welcome.sample_map import SampleMap
from desktop.widgets.buttons import Button
from desktop.widgets.icon_label import IconLabel
from desktop.widgets.words import Words
from desktop.window.library_doors import LibraryDoors
from desktop.window.logo import Logo

FACTS = (
    ("ph.lock-simple", "Nothing leaves this computer", "No account, no upload, no counting of what you do."),
    ("ph.eye", "Your files stay as they are", "Originals are only read. Tags and ratings live in the library."),
    ("ph.cube", "A small model is built in", "It works offline at once. Larger ones are a download you choose."),
)
COLUMN = 470


class WelcomePage(QWidget):
    """Folders may be dropped anywhere in the window."""

    def __init__(self, theme: Theme, doors: LibraryDoors) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("welcome_page")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        left = QFrame()
        left.setProperty("ground", "surface")
        sides = QHBoxLayout(left)
        sides.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(8)
        sides.addLayout(column)
        sides.addStretch(1)
        self._fill(column, doors)
        line = QFrame()
        line.setProperty("rule", "vertical")
        row.addWidget(left, 54)
        row.addWidget(line)
        row.addWidget(SampleMap(theme), 46)

    def _fill(self, column: QVBoxLayout, doors: LibraryDoors) -> None:
        theme = self._theme
        brand = QHBoxLayout()
        brand.setSpacing(12)
        brand.addWidget(Logo(theme, 28))
        brand.addWidget(Words(theme, "Sightline", "heading"), 1)
        self.promise = Words(theme, "See your own archive the way a model sees it.", "welcome", wrap=True)
        self.how = Words(
            theme,
            "Add folders of photos, sounds or texts. A map of them grows while you watch; then search it, tag it, "
            "and take out what you need.",
            "lead",
            "muted",
            wrap=True,
        )
        for words in (self.promise, self.how):
            words.setFixedWidth(COLUMN)
            words.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        ways = QHBoxLayout()
        ways.setSpacing(10)
        self.add = Button(theme, "Add folders…", doors.choose_folders, role="primary", icon="ph.folder-plus", big=True)
        self.sample = Button(theme, "Open the sample", doors.open_sample, big=True)
        self.library = Button(theme, "Open a library…", doors.choose_library, role="flat", big=True)
        for button in (self.add, self.sample, self.library):
            ways.addWidget(button)
        ways.addStretch(1)
        column.addStretch(3)
        column.addLayout(brand)
        column.addSpacing(16)
        column.addWidget(self.promise)
        column.addWidget(self.how)
        column.addSpacing(16)
        column.addLayout(ways)
        column.addSpacing(4)
        column.addWidget(_DropHere(theme))
        column.addSpacing(16)
        rule = QFrame()
        rule.setProperty("rule", "true")
        column.addWidget(rule)
        column.addSpacing(8)
        for icon, fact, what in FACTS:
            column.addLayout(self._fact(icon, fact, what))
            column.addSpacing(8)
        column.addStretch(4)

    def _fact(self, icon: str, fact: str, what: str) -> QHBoxLayout:
        theme = self._theme
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Words(theme, fact, "strong"))
        words.addWidget(Words(theme, what, "body", "muted"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(IconLabel(theme, icon, "accent", 20), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        return row


class _DropHere(QWidget):
    """A dashed place; the drop itself is taken by the whole window."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(COLUMN, 62)
        row = QHBoxLayout(self)
        row.setSpacing(10)
        row.addStretch(1)
        row.addWidget(IconLabel(theme, "ph.folder", "muted", 18))
        row.addWidget(Words(theme, "or drop folders anywhere in this window", "body", "muted"))
        row.addStretch(1)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("control"), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)
