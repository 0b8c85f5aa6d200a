"""The main window: builds the parts once, arranges them, and navigates between pages. It decides nothing else."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QToolBar, QVBoxLayout, QWidget

from desktop.actions import ActionRegistry
from desktop.bridge import EngineBridge
from desktop.jobs.job_book import JobBook
from desktop.jobs.job_strip import JobStrip
from desktop.jobs.jobs_popover import JobsPopover
from desktop.notices import Notices
from desktop.selection import SelectionModel
from desktop.shown import Shown
from desktop.sources.row_menu import RowMenus
from desktop.sources.sources_panel import SourcesPanel
from desktop.theme import Theme
from desktop.widgets.strip import Strip
from desktop.window import pages
from desktop.window.build_page import build_page
from desktop.window.declared_actions import declare_actions
from desktop.window.engine_voice import EngineVoice, report_text
from desktop.window.explore_parts import ExploreParts
from desktop.window.giving_way import INSPECTOR_LEAST, SMALLEST, SOURCES_LEAST, room
from desktop.window.layouts import Layouts
from desktop.window.library_doors import LibraryDoors
from desktop.window.library_menu import TopMenus
from desktop.window.memory import put_back, state_of
from desktop.window.menu_bar import build_menu_bar
from desktop.window.pages import Page
from desktop.window.panels import SidePanel
from desktop.window.rail import Rail
from desktop.window.status_bar import StatusBar
from desktop.window.status_truth import StatusTruth
from desktop.window.top_bar import TopBar
from desktop.window.undo_state import UndoState
from engine.values import LibraryCounts


class MainWindow(QMainWindow):
    """One library's window. `library_wanted` asks whoever opened it to open another one."""

    library_wanted = Signal(object, bool)  # Path, read only
    sample_wanted = Signal(object)  # Path of the sample's library
    restore_wanted = Signal(object)  # Path of a snapshot
    closing = Signal()
    actions: ActionRegistry  # type: ignore[assignment]  # stands in for Qt's own list, which nothing here uses

    def __init__(self, bridge: EngineBridge, theme: Theme, actions: ActionRegistry) -> None:
        super().__init__()
        self.bridge, self.theme, self.actions = bridge, theme, actions
        self.setObjectName("main_window")
        self.setWindowTitle(f"{bridge.engine.folder.name} · Sightline")
        self.setMinimumSize(*SMALLEST)
        self.setAcceptDrops(True)
        self.selection = SelectionModel(self)
        self.shown = Shown(bridge, self)
        self.book = JobBook(bridge, self)
        self.undo_state = UndoState(bridge, self)
        self.notices = Notices(theme, self)
        self.doors = LibraryDoors(self)
        self.voice = EngineVoice(bridge, self.notices, self.book, self.undo_state)
        self.page = pages.EXPLORE
        self._sized = False
        self._widths: dict[str, int] = {}
        self._pages: dict[str, QWidget] = {}
        self._before_this_page = pages.EXPLORE
        self.panels: dict[str, SidePanel] = {}
        declare_actions(self)
        self._build()
        self.layouts = Layouts(self)
        actions.set_own_keys(bridge.engine.settings.get("keys.bindings"))
        actions.attach(self)
        self.truth = StatusTruth(bridge, self.status, self.top, self.book)
        self.menus = TopMenus(self)
        self.truth.device_known.connect(self._say_device_once)
        self._connect()
        self._follow_settings()
        self._remember()
        self.voice.greet(self.banner, bridge.engine)

    # -- building ---------------------------------------------------------------------------------------------
    def _build(self) -> None:
        self.parts = ExploreParts(self)
        self.setMenuBar(build_menu_bar(self.theme, self.actions))
        self.top = TopBar(self.theme, self.actions, self.parts.query_box)
        self.top.show_library(self.doors.name)
        self._bar(self.top, "bar_top", Qt.ToolBarArea.TopToolBarArea)
        self.rail = Rail(
            self.theme,
            self.actions,
            tuple(f"page.{page.key}" for page in pages.RAIL),
            ("help.page", "page.settings"),
        )
        self._rail_bar = self._bar(self.rail, "bar_rail", Qt.ToolBarArea.LeftToolBarArea)
        menus = RowMenus(self.bridge, self.theme, self.notices, self.show_failures)
        self.sources = SourcesPanel(self.bridge, self.theme, self.actions, self.shown, menus)
        self.panels["sources"] = SidePanel(
            self, "sources", "Sources", self.sources, Qt.DockWidgetArea.LeftDockWidgetArea
        )
        self.panels["inspector"] = SidePanel(
            self, "inspector", "Inspector", self.parts.side, Qt.DockWidgetArea.RightDockWidgetArea
        )
        self.sources.setMinimumWidth(SOURCES_LEAST)
        self.parts.side.setMinimumWidth(INSPECTOR_LEAST)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.LeftDockWidgetArea)
        self.stack = QStackedWidget()
        self.stack.setObjectName("pages")
        self.banner = Strip(self.theme, "info")
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
        self.setCentralWidget(centre)
        self._pages[pages.EXPLORE.key] = self.parts.page
        self.stack.addWidget(self.parts.page)
        self.rail.show_page(f"page.{self.page.key}")
        self.strip = JobStrip(self.theme, self.book)
        self.status = StatusBar(self.theme, self.strip)
        foot = self.statusBar()
        foot.setSizeGripEnabled(False)
        foot.setFixedHeight(self.status.height())
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.status, 1)
        self.jobs = JobsPopover(self.theme, self.book, self)

    def _bar(self, content: QWidget, name: str, area: Qt.ToolBarArea) -> QToolBar:
        bar = QToolBar()
        bar.setObjectName(name)
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        if (layout := bar.layout()) is not None:
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        bar.addWidget(content)
        self.addToolBar(area, bar)
        return bar

    def _connect(self) -> None:
        self.strip.opened.connect(self.toggle_jobs)
        self.jobs.failures_asked.connect(self.show_failures)
        self.jobs.report_asked.connect(self.show_report)
        self.voice.report_asked.connect(self.show_report)
        self.voice.failures_asked.connect(self.show_failures)
        self.sources.counted.connect(self._take_counts)
        self.sources.chosen.connect(self._show_explore)
        self.selection.changed.connect(self._show_selected)
        self.shown.asked.connect(self._leave_side_pages)
        self.undo_state.changed.connect(self.actions.changed)
        self.book.changed.connect(self._leave_welcome)
        for panel in self.panels.values():
            panel.changed.connect(self.actions.changed)
        self.sources.refresh()
        self.shown.refresh()

    def _follow_settings(self) -> None:
        settings = self.bridge.engine.settings

        def follow(name: str, value: object) -> None:
            match name:
                case "look.theme":
                    self.theme.choose(value)  # type: ignore[arg-type]
                case "look.size":
                    self.theme.set_size(int(value))  # type: ignore[call-overload]
                case "look.reduce_motion":
                    self.parts.map_view.set_reduce_motion(bool(value))
                case "map.gap_corrected":
                    self.parts.map_view.set_corrected(bool(value))

        self._forget_settings = settings.subscribe(lambda name, value: self.bridge.told(lambda: follow(name, value)))
        self.parts.map_view.set_reduce_motion(bool(settings.get("look.reduce_motion")))

    def _remember(self) -> None:
        self.resize(1280, 800)
        put_back(self.bridge.engine.settings.get("window.state"), self, self.parts.page, self.panels)
        self.give_way()

    # -- pages ------------------------------------------------------------------------------------------------
    def open_page(self, page: Page) -> None:
        """Show a page; the panels it has none of step aside."""
        if page.key not in self._pages:
            widget = build_page(self, page)
            self._pages[page.key] = widget
            self.stack.addWidget(widget)
        if page is not self.page:
            self._before_this_page = self.page
        self._note_widths()
        self.page = page
        self.voice.hushed = page is pages.REVIEW  # every answer there is an act; the page itself shows it
        welcome = page is pages.WELCOME
        self.stack.setCurrentWidget(self._pages[page.key])
        self.rail.show_page(f"page.{page.key}")
        self._rail_bar.setVisible(not welcome)
        self.top.set_browsing(not welcome)
        self.panels["sources"].set_page_has_it(page.sources)
        self.panels["inspector"].set_page_has_it(page.inspector)
        QTimer.singleShot(0, self, self._keep_widths)  # once the panels that come and go have done so
        if self.isVisible():
            (self.parts.page.browse if page is pages.EXPLORE else self._pages[page.key]).setFocus()
        self.actions.changed.emit()

    def page_widget(self, page: Page) -> QWidget | None:
        """The page as built, or None when it was never opened."""
        return self._pages.get(page.key)

    def go_back(self) -> None:
        """From a side page to where the user came from."""
        before = self._before_this_page
        self.open_page(before if before not in (self.page, pages.WELCOME) else pages.EXPLORE)

    def show_failures(self, collection_id: int | None = None) -> None:
        self.jobs.close_now()
        self.open_page(pages.FAILURES)
        page = self._pages[pages.FAILURES.key]
        page.show_collection(collection_id)  # type: ignore[attr-defined]

    def toggle_jobs(self) -> None:
        if self.jobs.isVisible():
            self.jobs.close_now()
        else:
            self.jobs.open_now()

    def _say_device_once(self, device: str) -> None:
        settings = self.bridge.engine.settings
        if settings.get("window.welcomed"):
            return
        self.bridge.act(lambda engine: engine.settings.set("window.welcomed", True))
        if device.startswith("CPU"):
            self.notices.say("Working without a graphics card. Indexing takes longer; everything else is the same.")

    def _leave_welcome(self) -> None:
        """Work for the library has begun, by whichever way: the page where its items appear opens."""
        if self.page is pages.WELCOME and (self.book.active() or self.book.waiting()):
            self.open_page(pages.EXPLORE)

    def _leave_side_pages(self) -> None:
        if self.page not in (pages.EXPLORE, pages.WELCOME) and self.shown.query is not None:
            self.open_page(pages.EXPLORE)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous() and not self._sized:
            self._sized = True
            if not self.bridge.engine.settings.get("window.state"):
                QTimer.singleShot(0, self, self.reset_sizes)
            self.parts.page.browse.setFocus()

    def _take_counts(self, counts: LibraryCounts) -> None:
        self.status.show_items(counts.items)
        empty = (
            counts.items == 0
            and len(self.sources.model.rows) <= 4
            and not self.book.active()
            and not self.book.waiting()
        )
        if empty and self.page is pages.EXPLORE:
            self.open_page(pages.WELCOME)
        elif not empty and self.page is pages.WELCOME:
            self.open_page(pages.EXPLORE)

    def _show_selected(self) -> None:
        self.status.show_selected(self.selection.count)

    def _show_explore(self) -> None:
        self.open_page(pages.EXPLORE)

    # -- panels and keys ----------------------------------------------------------------------------------------
    def next_panel(self) -> None:
        """F6: search, sources, views, inspector, and round again."""
        stops = [
            self.parts.query_box,
            self.sources.list,
            *self.parts.page.focus_views(),
            self.parts.inspector,
            self.strip,
        ]
        seen = [stop for stop in stops if stop.isVisible()]
        at = next(
            (n for n, stop in enumerate(seen) if stop.hasFocus() or stop.isAncestorOf(self.focusWidget() or self)), -1
        )
        target = seen[(at + 1) % len(seen)]
        target.setFocus(Qt.FocusReason.TabFocusReason)
        if not target.hasFocus() and not target.isAncestorOf(self.focusWidget() or self):
            target.focusNextChild()

    def step_back(self) -> None:
        """Escape: close what lies on top, else end the search, else clear the selection."""
        over = next((panel for panel in self.panels.values() if panel.is_over), None)
        if self.jobs.isVisible():
            self.jobs.close_now()
        elif over is not None:
            over.close_over()
        elif self.page is not pages.EXPLORE and self.page is not pages.WELCOME:
            self.go_back()
        elif self.selection.count:
            self.selection.clear()
        elif self.shown.query is not None:
            self.shown.set_query(None)

    def _note_widths(self) -> None:
        for name, panel in self.panels.items():
            if panel.dock.isVisible() and not panel.dock.isFloating():
                self._widths[name] = panel.dock.width()

    def _keep_widths(self) -> None:
        """Qt deals out the room anew when a panel comes or goes; each keeps the width it had."""
        space = room(self.width(), self.height())
        meant = {"sources": space.sources_width, "inspector": space.inspector_width}
        seen = {name: panel for name, panel in self.panels.items() if panel.dock.isVisible()}
        self.resizeDocks(
            [panel.dock for panel in seen.values()],
            [self._widths.get(name, meant[name]) for name in seen],
            Qt.Orientation.Horizontal,
        )

    def reset_sizes(self) -> None:
        """Panel widths as they are meant at this window size."""
        self._widths.clear()
        self._keep_widths()

    def reset_layout(self) -> None:
        for panel in self.panels.values():
            panel.reset()
        self.parts.page.set_split_sizes({})
        self.parts.page.show_view("both")
        self.give_way()
        self.reset_sizes()

    def give_way(self) -> None:
        """What does not fit steps aside, and comes back with the room."""
        space = room(self.width(), self.height())
        self.panels["sources"].set_fits(space.sources)
        self.panels["inspector"].set_fits(space.inspector)
        self.parts.page.set_labels(space.labels)
        self.parts.page.set_side_by_side(space.side_by_side)
        self.parts.map_view.show_dates(space.histogram)
        self.top.fit(self.width())
        if self.jobs.isVisible():
            self.jobs.place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide_before = event.oldSize().width() >= 0 and room(event.oldSize().width(), 800).sources_width
        super().resizeEvent(event)
        self.give_way()
        if wide_before != room(self.width(), self.height()).sources_width:
            QTimer.singleShot(0, self, self.reset_sizes)  # once the docks know the new size

    def search_for(self, words: str) -> None:
        """Search the library for words, as if they had been typed into the search field."""
        self.open_page(pages.EXPLORE)
        self.bridge.ask(lambda engine: engine.search.parse(words), self.shown.set_query, key="palette search")

    # -- what lies over the window -------------------------------------------------------------------------------
    def show_report(self, details: str) -> None:
        """Show what a fault's report says, to be copied."""
        from desktop.report_view import ReportView

        ReportView(self.theme, report_text(details), self).open_now()

    def open_palette(self) -> None:
        from desktop.command_palette import CommandPalette

        CommandPalette(self).open_now()

    def open_key_sheet(self) -> None:
        from desktop.shortcut_sheet import ShortcutSheet

        ShortcutSheet(self.bridge, self.theme, self.actions, self).open_now()

    def open_help(self) -> None:
        from desktop.help_panel import HelpPanel

        HelpPanel(self.theme, self.page.key, self.actions, self).open_now()

    def open_about(self) -> None:
        from desktop.about import About

        About(self.theme, self).open_now()

    # -- coming and going -----------------------------------------------------------------------------------------
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            event.acceptProposedAction()
            self.doors.add(paths)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.update()

    def closeEvent(self, event: QCloseEvent) -> None:
        for panel in self.panels.values():
            panel.close_over()
        state = state_of(self, self.parts.page, self.panels)
        self.bridge.act(lambda engine: engine.settings.set("window.state", state))
        self._forget_settings()
        self.actions.blockSignals(True)  # views that go take their actions along; nobody needs to redraw for that
        self.closing.emit()
        super().closeEvent(event)
