"""The command palette: type a few letters, press Enter. Everything registered can be done from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from desktop.palette_entries import Entry, entries_for
from desktop.sources.rows import Row
from desktop.theme import Theme
from desktop.widgets.over_window import OverWindow
from desktop.widgets.words import Words
from desktop.window import pages

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow

WIDTH, TOP, HIGHEST = 560, 96, 452
FIELD_HEIGHT, ROW_HEIGHT, SECTION_HEIGHT = 48, 36, 26
EDGES = 5  # frame, margins and the line under the field


class CommandPalette(OverWindow):
    """Up and down walk, Enter does it, Ctrl+Enter searches the library for what was typed, Escape closes."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window, "command_palette", "Do anything", WIDTH, HIGHEST, TOP)
        self._window = window
        theme = window.theme
        self.field = QLineEdit()
        self.field.setObjectName("palette_field")
        self.field.setAccessibleName("What do you want to do?")
        self.field.setPlaceholderText("What do you want to do?")
        self.field.setProperty("bare", "true")
        self.field.setFont(theme.font("heading"))
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        lens = QLabel()
        lens.setPixmap(theme.icon("ph.magnifying-glass", "muted").pixmap(QSize(16, 16)))
        head = QHBoxLayout()
        head.setContentsMargins(18, 0, 18, 0)
        head.setSpacing(10)
        head.addWidget(lens)
        head.addWidget(self.field, 1)
        head.addWidget(Words(theme, "#tag  @collection  >action", "small", "muted"))
        field = QWidget()
        field.setFixedHeight(FIELD_HEIGHT)
        field.setLayout(head)
        rule = QFrame()
        rule.setProperty("rule", "true")
        self.list = _EntryList(theme)
        self.list.done.connect(self._do)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidget(self.list)
        self.nothing = Words(theme, tone="muted", wrap=True)
        self.nothing.setContentsMargins(18, 12, 18, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addWidget(field)
        column.addWidget(rule)
        column.addWidget(self.nothing)
        column.addWidget(self._scroll, 1)
        self._fill()

    def first_focus(self) -> QWidget:
        return self.field

    def wanted_height(self) -> int:
        said = 0 if self.nothing.isHidden() else self.nothing.heightForWidth(WIDTH - 2)
        return min(HIGHEST, FIELD_HEIGHT + EDGES + said + (self.list.height_needed() if self.list.entries else 0))

    def _fill(self) -> None:
        typed = self.field.text()
        entries = entries_for(
            typed, self._window.actions, self._window.sources.model.rows, self._show_row, self._search
        )
        only_search = len(entries) == 1 and not entries[0].section
        self.nothing.setText(
            f"No action is called “{typed.strip()}”. Press Enter to search the library for it."
            if only_search
            else f"Nothing here is called “{typed.strip()[1:]}”."
        )
        self.nothing.setVisible(only_search or not entries)
        self.list.show_entries(entries)
        self._scroll.setVisible(bool(entries))
        self._place()

    def _do(self, entry: Entry) -> None:
        self.close_now()
        entry.do()

    def _show_row(self, row: Row) -> None:
        if row.shows is not None:
            self._window.open_page(pages.EXPLORE)
            self._window.shown.show(row.shows)

    def _search(self, words: str) -> None:
        self._window.search_for(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            match event.key():
                case Qt.Key.Key_Down | Qt.Key.Key_Up:
                    self.list.walk(1 if event.key() == Qt.Key.Key_Down else -1)
                    self._scroll.ensureVisible(0, self.list.top_of_current() + ROW_HEIGHT // 2, 0, ROW_HEIGHT)
                    return True
                case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                    if event.modifiers() & Qt.KeyboardModifier.ControlModifier and self.field.text().strip():
                        self.close_now()
                        self._search(self.field.text().strip())
                    elif (entry := self.list.current()) is not None and entry.enabled:
                        self._do(entry)
                    return True
                case Qt.Key.Key_Escape:
                    self.close_now()
                    return True
        return super().eventFilter(watched, event)


class _EntryList(QWidget):
    """Paints the entries under their section names."""

    done = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.entries: list[Entry] = []
        self.place = 0
        self.setMouseTracking(True)
        self.setObjectName("palette_list")
        self.setAccessibleName("What can be done")

    def show_entries(self, entries: list[Entry]) -> None:
        self.entries, self.place = entries, 0
        self.setMinimumHeight(self.height_needed())
        self._tell()
        self.update()

    def height_needed(self) -> int:
        sections = len({entry.section for entry in self.entries if entry.section})
        return len(self.entries) * ROW_HEIGHT + sections * SECTION_HEIGHT + 12

    def current(self) -> Entry | None:
        return self.entries[self.place] if self.entries else None

    def walk(self, step: int) -> None:
        if self.entries:
            self.place = (self.place + step) % len(self.entries)
            self._tell()
            self.update()

    def top_of_current(self) -> int:
        return next((top for place, top in self._tops() if place == self.place), 0)

    def _tell(self) -> None:
        entry = self.current()
        self.setAccessibleDescription(f"{entry.text}, {entry.place}" if entry else "")

    def _tops(self) -> list[tuple[int, int]]:
        tops, y, section = [], 6, ""
        for place, entry in enumerate(self.entries):
            if entry.section and entry.section != section:
                y += SECTION_HEIGHT
                section = entry.section
            tops.append((place, y))
            y += ROW_HEIGHT
        return tops

    def _place_at(self, y: float) -> int | None:
        return next((place for place, top in self._tops() if top <= y < top + ROW_HEIGHT), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().y())
        if place is not None and place != self.place:
            self.place = place
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().y())
        if place is not None and self.entries[place].enabled:
            self.done.emit(self.entries[place])

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, section = self._theme, ""
        for place, top in self._tops():
            entry = self.entries[place]
            if entry.section and entry.section != section:
                section = entry.section
                painter.setFont(theme.font("small"))
                painter.setPen(theme.color("muted"))
                box = QRectF(18, top - SECTION_HEIGHT, self.width() - 36, SECTION_HEIGHT)
                painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), section)
            self._paint_entry(painter, entry, top, place == self.place)

    def _paint_entry(self, painter: QPainter, entry: Entry, top: int, chosen: bool) -> None:
        theme = self._theme
        row = QRectF(6, top, self.width() - 12, ROW_HEIGHT)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("selection"))
            painter.drawRoundedRect(row, 5, 5)
        token = "accent" if chosen else "muted" if entry.enabled else "disabled"
        picture = theme.icon(entry.icon, token).pixmap(QSize(16, 16), self.devicePixelRatio())
        painter.drawPixmap(18, top + 10, picture)
        right = self._paint_keys(painter, entry.keys, top)
        x = 44.0
        painter.setPen(theme.color("text" if entry.enabled else "disabled"))
        at, length = entry.hits or (0, 0)
        for part, role in (
            (entry.text[:at], "body"),
            (entry.text[at : at + length], "strong"),
            (entry.text[at + length :], "body"),
        ):
            painter.setFont(theme.font(role))
            metrics = QFontMetricsF(painter.font())
            words = metrics.elidedText(part, Qt.TextElideMode.ElideRight, max(0.0, right - x))
            painter.drawText(QRectF(x, top, right - x, ROW_HEIGHT), int(Qt.AlignmentFlag.AlignVCenter), words)
            x += metrics.horizontalAdvance(words)
        painter.setFont(theme.font("small"))
        painter.setPen(theme.color("muted"))
        painter.drawText(
            QRectF(x + 10, top, max(0.0, right - x - 10), ROW_HEIGHT), int(Qt.AlignmentFlag.AlignVCenter), entry.place
        )

    def _paint_keys(self, painter: QPainter, keys: str, top: int) -> float:
        theme, right = self._theme, self.width() - 18.0
        painter.setFont(theme.font("caption"))
        metrics = QFontMetricsF(painter.font())
        for key in reversed([part for part in keys.split("+") if part] or ([] if not keys else ["+"])):
            width = metrics.horizontalAdvance(key) + 12
            cap = QRectF(right - width, top + 9, width, 18)
            painter.setPen(theme.color("line"))
            painter.setBrush(theme.color("surface"))
            painter.drawRoundedRect(cap, 3, 3)
            painter.setPen(theme.color("text"))
            painter.drawText(cap, int(Qt.AlignmentFlag.AlignCenter), key)
            right -= width + 4
        return right - 8
