"""The filter chips over the views, and how many hits there are in how long."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from desktop.actions import ActionRegistry
from desktop.search import filter_menus as menus
from desktop.search.filter_menus import Offered
from desktop.shown import Shown
from desktop.theme import Theme
from desktop.widgets.ask_line import AskLine
from desktop.widgets.buttons import Button
from engine.events import Changed
from engine.values import Filter

if TYPE_CHECKING:
    from desktop.bridge import EngineBridge

_LONGEST = 24
_ROOMY = 430  # pixels; below that, chips that filter nothing say only their name


class FilterBar(QWidget):
    """Kind, Date and Folder always; every other condition has a chip while it holds, and its cross takes it out."""

    def __init__(
        self, bridge: EngineBridge, theme: Theme, actions: ActionRegistry, shown: Shown, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("filterBar")
        self._bridge, self._theme, self._actions, self._shown = bridge, theme, actions, shown
        self._offered = Offered((), (), (), ())
        self._names: dict[int, str] = {}
        self._extra: list[QToolButton] = []
        self._narrow = False
        self.kind = self._chip("filterKind")
        self.date = self._chip("filterDate")
        self.folder = self._chip("filterFolder")
        self.more = QToolButton()
        self.more.setObjectName("addFilter")
        self.more.setText("+  Filter")
        self.more.setAccessibleName("Add a filter")
        self.more.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.more.clicked.connect(lambda: self.open_more())
        self.kind.clicked.connect(lambda: self._open(self.kind, self._fill_kinds))
        self.date.clicked.connect(lambda: self._open(self.date, self._fill_dates))
        self.folder.clicked.connect(lambda: self._open(self.folder, self._fill_folders))
        self.hits = Button(theme, "", lambda: self._actions.trigger("search.panel"), role="flat")
        self.hits.setObjectName("hitCount")
        self.hits.setProperty("tone", "muted")
        self.hits.setToolTip("Where the good results of this search stop")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(5)
        for chip in (self.kind, self.date, self.folder, self.more):
            self._row.addWidget(chip)
        self._row.addStretch(1)
        self._row.addWidget(self.hits)
        shown.asked.connect(self._show_filter)
        shown.changed.connect(self._show_hits)
        shown.searching.connect(self._on_searching)
        bridge.changed.connect(self._take_change)
        theme.changed.connect(self._dress)
        actions.add("search.filter", "Filter…", ("Ctrl+Shift+F",), "Search", lambda: self.open_more(), icon="ph.funnel")
        actions.add(
            "search.clear_filters",
            "Clear filters",
            (),
            "Search",
            self.clear,
            icon="ph.funnel",
            enabled=lambda: shown.is_filtered,
        )
        self._ask_names()
        self._show_filter()
        self._dress()

    def clear(self) -> None:
        self._shown.set_filter(Filter())

    def open_more(self, beside: QWidget | None = None) -> None:
        """The menu of conditions that have no chip of their own yet; of all, where the chips are not in view."""
        anchor = beside or (
            self.more if self.more.isVisible() else self.window().findChild(QWidget, "gridFilter") or self
        )
        self._open(anchor, self._fill_more if self.more.isVisible() else self._fill_all)

    # what is offered

    def _take_change(self, change: Changed) -> None:
        if change.collections:
            self._ask_names()

    def _ask_names(self) -> None:
        self._bridge.ask(
            lambda engine: {card.id: card.name for card in engine.collections.all()},
            self._take_names,
            key="filter names",
            failed=_later,
        )

    def _take_names(self, names: dict[int, str]) -> None:
        self._names = names
        self._show_filter()

    # menus

    def _open(self, chip: QWidget, fill: Callable[[QMenu], None]) -> None:
        """Ask what the library has to filter by, then open; it is not kept up to date while nobody looks."""

        def answer(offered: Offered) -> None:
            self._offered = offered
            self._pop_up(chip, fill)

        self._bridge.ask(menus.ask_offered, answer, key="filters")

    def _pop_up(self, chip: QWidget, fill: Callable[[QMenu], None]) -> None:
        menu = QMenu(chip)
        menu.setObjectName(chip.objectName() + "Menu")
        menu.aboutToHide.connect(menu.deleteLater)
        fill(menu)
        menu.popup(chip.mapToGlobal(QPoint(0, chip.height() + 2)))

    def _entry(self, menu: QMenu, words: str, wanted: Filter, on: bool = False, icon: str | None = None) -> None:
        entry = menu.addAction(words.replace("&", "&&"), lambda: self._shown.set_filter(wanted))
        entry.setCheckable(True)
        entry.setChecked(on)
        if icon is not None:
            entry.setIcon(self._theme.icon(icon))

    def _fill_all(self, menu: QMenu) -> None:
        for words, icon, fill in (
            ("Kind", "ph.squares-four", self._fill_kinds),
            ("Date", "ph.calendar-blank", self._fill_dates),
            ("Folder", "ph.folder", self._fill_folders),
        ):
            fill(menu.addMenu(self._theme.icon(icon), words))
        self._fill_more(menu)

    def _fill_kinds(self, menu: QMenu) -> None:
        now = self._shown.filter
        self._entry(menu, "All kinds", replace(now, kinds=()), not now.kinds)
        for kind, words, icon in menus.KINDS:
            on = kind in now.kinds
            kinds = tuple(k for k in now.kinds if k != kind) if on else (*now.kinds, kind)
            self._entry(menu, words, replace(now, kinds=kinds), on, icon)

    def _fill_dates(self, menu: QMenu) -> None:
        now = self._shown.filter
        self._entry(
            menu, "Any date", replace(now, date_from=None, date_to=None), now.date_from is None and now.date_to is None
        )
        for year in self._offered.years:
            wanted = menus.in_year(now, year)
            self._entry(menu, str(year), wanted, wanted == now)
        menu.addSeparator()
        menu.addAction(
            "From… to…", lambda: self._ask("Dates, such as 2020-05-01 to 2020-06-15", self.date, self._take_dates)
        )

    def _fill_folders(self, menu: QMenu) -> None:
        now = self._shown.filter
        anywhere = now.folder is None and not now.collection_ids
        self._entry(menu, "Any folder", replace(now, folder=None, collection_ids=()), anywhere)
        for number, name in self._offered.collections:
            on = number in now.collection_ids
            ids = tuple(i for i in now.collection_ids if i != number) if on else (*now.collection_ids, number)
            self._entry(menu, name, replace(now, collection_ids=ids), on, "ph.books")
        menu.addSeparator()
        for folder in self._offered.folders:
            self._entry(menu, folder, replace(now, folder=folder), folder == now.folder, "ph.folder")

    def _fill_more(self, menu: QMenu) -> None:
        now = self._shown.filter
        tags = menu.addMenu(self._theme.icon("ph.tag"), "Tag")
        tags.setEnabled(bool(self._offered.tags))
        for tag in self._offered.tags:
            on = tag in now.tags
            left = tuple(t for t in now.tags if t != tag) if on else (*now.tags, tag)
            self._entry(tags, tag, replace(now, tags=left), on)
        stars = menu.addMenu(self._theme.icon("ph.star"), "Stars")
        for number in range(1, 6):
            self._entry(stars, f"{number} or more", replace(now, stars_from=number), now.stars_from == number)
        flags = menu.addMenu(self._theme.icon("ph.flag"), "Flag")
        for flag, words in ((1, "Picked"), (-1, "Rejected"), (0, "Neither")):
            self._entry(flags, words, replace(now, flag=flag), now.flag == flag)
        labels = menu.addMenu(self._theme.icon("ph.bookmark-simple"), "Label")
        for label in (6, 7, 8, 9, 0):
            self._entry(labels, str(label) if label else "None", replace(now, label=label), now.label == label)
        menu.addAction("Words in names, captions and texts…", lambda: self._ask("Words", self.more, self._take_words))
        self._entry(menu, "With hidden ones", replace(now, include_hidden=not now.include_hidden), now.include_hidden)
        if self._shown.is_filtered:
            menu.addSeparator()
            menu.addAction("Clear filters", self.clear)

    def _ask(self, question: str, chip: QToolButton, take: Callable[[str], object]) -> None:
        panel = AskLine(self._theme, self, question, take, button="Filter")
        panel.open_at(chip.mapToGlobal(QPoint(0, chip.height() + 2)))

    def _take_words(self, text: str) -> None:
        self._shown.set_filter(replace(self._shown.filter, text=text))

    def _take_dates(self, text: str) -> None:
        """Dates are read by the same rules as in the search field."""
        first, _, last = (part.strip() for part in text.partition("to"))
        written = " ".join(
            part for part in (f"date>={first}" if first else "", f"date<={last}" if last else "") if part
        )

        def take(query: object) -> None:
            given: Filter = query.filter  # type: ignore[attr-defined]
            self._shown.set_filter(replace(self._shown.filter, date_from=given.date_from, date_to=given.date_to))

        self._bridge.ask(lambda engine: engine.search.parse(written), take)

    # look

    def _show_filter(self) -> None:
        now = self._shown.filter
        for chip, name, value, active in (
            (self.kind, "Kind", menus.kind_words(now), bool(now.kinds)),
            (self.date, "Date", menus.date_words(now), now.date_from is not None or now.date_to is not None),
            (self.folder, "Folder", menus.folder_words(now, self._names), bool(now.folder or now.collection_ids)),
        ):
            self._word(chip, f"{name}: {value}", "⌄", name if self._narrow and not active else None)
            chip.setProperty("active", active)
        self._show_others(now)
        self._dress()

    def _show_others(self, now: Filter) -> None:
        for chip in self._extra:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._extra = []
        for words, without in menus.others(now):
            chip = self._chip("filterExtra")
            self._word(chip, words, "×")
            chip.setAccessibleName(f"Take out the filter {words}")
            chip.setProperty("active", True)
            chip.clicked.connect(lambda _=False, without=without: self._shown.set_filter(without))
            self._row.insertWidget(self._row.indexOf(self.more), chip)
            self._extra.append(chip)

    def _show_hits(self) -> None:
        hits = self._shown.hits
        if hits is None:
            self.hits.hide()
            return
        count = len(self._shown.ids)
        self.hits.setText(f"{count:,} {'hit' if count == 1 else 'hits'} · {hits.milliseconds:.0f} ms")
        self.hits.setAccessibleName(self.hits.text())
        self.hits.show()

    def minimumSizeHint(self) -> QSize:
        """Gives way where it is narrow, and never pushes the panels at its sides away."""
        return QSize(40, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < _ROOMY
        if narrow != self._narrow:
            self._narrow = narrow
            self._show_filter()

    def _on_searching(self, searching: bool) -> None:
        self.hits.setEnabled(not searching)

    def _chip(self, name: str) -> QToolButton:
        chip = QToolButton()
        chip.setObjectName(name)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return chip

    def _word(self, chip: QToolButton, words: str, sign: str, brief: str | None = None) -> None:
        short = brief if brief is not None else words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
        chip.setText(f"{short}  {sign}".replace("&", "&&"))
        chip.setAccessibleName(words)
        chip.setToolTip(words)

    def _dress(self) -> None:
        color = self._theme.color
        for chip in (self.kind, self.date, self.folder, *self._extra):
            active = bool(chip.property("active"))
            edge = color("accent" if active else "control").name()
            ground = color("selection" if active else "raised").name()
            chip.setFont(self._theme.font("small"))
            chip.setStyleSheet(
                f"QToolButton {{ background: {ground}; border: 1px solid {edge}; border-radius: 4px; padding: 0 7px; min-height: 20px; }}"
                f"QToolButton:hover {{ background: {color('hover').name()}; }}"
                f"QToolButton:focus {{ border: 2px solid {color('accent').name()}; padding: 0 6px; min-height: 18px; }}"
            )
        self.more.setFont(self._theme.font("small"))


def _later(_fault: Exception) -> None:
    """A library that is being opened has nothing to offer yet; the next change asks again."""
