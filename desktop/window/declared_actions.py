"""Everything the window itself can do, declared once for menus, palette, key sheet and buttons."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from desktop.window import pages
from desktop.window.pages import PAGES, RAIL, Page

if TYPE_CHECKING:
    from desktop.window.main_window import MainWindow


def declare_actions(window: MainWindow) -> None:
    """Declare them all; views declare their own."""
    _file(window)
    _edit(window)
    _view(window)
    _go(window)
    _help(window)


def _may_write(window: MainWindow) -> bool:
    return not window.bridge.engine.read_only


def _file(window: MainWindow) -> None:
    add, doors = window.actions.add, window.doors
    add(
        "file.add_folders",
        "Add folders…",
        ("Ctrl+O",),
        handler=doors.choose_folders,
        icon="ph.folder-plus",
        enabled=lambda: _may_write(window),
        menu="File",
    )
    add("file.open_library", "Open a library…", handler=doors.choose_library, icon="ph.books", menu="File")
    add("file.open_sample", "Open the sample", handler=doors.open_sample, icon="ph.image", menu="File")
    add(
        "file.rescan",
        "Scan all collections again",
        handler=doors.rescan_all,
        icon="ph.arrow-clockwise",
        enabled=lambda: _may_write(window),
        menu="File",
    )
    add(
        "file.export",
        "Export…",
        ("Ctrl+E",),
        handler=doors.export,
        icon="ph.export",
        enabled=lambda: len(window.shown.ids) > 0 or window.selection.count > 0,
        menu="File",
    )
    add(
        "file.snapshot",
        "Make a snapshot…",
        handler=doors.make_snapshot,
        icon="ph.archive",
        enabled=lambda: _may_write(window),
        menu="File",
    )
    add(
        "file.restore",
        "Restore a snapshot…",
        handler=doors.choose_snapshot,
        icon="ph.clock-counter-clockwise",
        menu="File",
    )
    add("file.close", "Close window", ("Ctrl+W",), handler=window.close, menu="File")


def _edit(window: MainWindow) -> None:
    add, undo = window.actions.add, window.undo_state
    add(
        "edit.undo",
        "Undo",
        ("Ctrl+Z",),
        handler=undo.undo,
        icon="ph.arrow-u-up-left",
        enabled=lambda: undo.undo_sentence is not None,
        menu="Edit",
    )
    add(
        "edit.redo",
        "Redo",
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        handler=undo.redo,
        icon="ph.arrow-u-up-right",
        enabled=lambda: undo.redo_sentence is not None,
        menu="Edit",
    )
    add("edit.back", "Close, then clear", ("Esc",), handler=window.step_back)
    add(
        "search.as_command",
        "Copy as command",
        group="Search",
        handler=partial(_copy_search, window),
        icon="ph.terminal-window",
        enabled=lambda: window.shown.query is not None or window.shown.is_filtered,
    )


def _copy_search(window: MainWindow) -> None:
    from desktop.collections.clipboard import copy_command
    from engine.workflows.as_command import of_search

    request = window.shown.request
    copy_command(window.bridge, lambda engine: of_search(engine, request))


def _view(window: MainWindow) -> None:
    add = window.actions.add
    for key, text, icon, keys in (
        ("map", "Show map only", "ph.map-trifold", ("Ctrl+Shift+M",)),
        ("grid", "Show grid only", "ph.squares-four", ("Ctrl+Shift+G",)),
        ("both", "Show map and grid", "mdi6.view-split-vertical", ("Ctrl+Shift+B",)),
        ("table", "Show table", "ph.table", ("Ctrl+Shift+T",)),
    ):
        add(
            f"view.{key}",
            text,
            keys,
            handler=partial(_show_view, window, key),
            icon=icon,
            checked=partial(_is_view, window, key),
            menu="View",
        )
    for name, text, icon, key in (
        ("sources", "Sources", "mdi6.dock-left", "Ctrl+B"),
        ("inspector", "Inspector", "mdi6.dock-right", "Ctrl+I"),
    ):
        add(
            f"view.{name}",
            text,
            (key,),
            handler=partial(_toggle_panel, window, name),
            icon=icon,
            checked=partial(_is_open, window, name),
            menu="View",
        )
        add(
            f"view.tear_off_{name}",
            f"{text} in its own window",
            handler=partial(_tear_off, window, name),
            checked=partial(_is_torn_off, window, name),
            menu="View",
        )
    add("view.jobs", "Jobs", ("Ctrl+J",), handler=window.toggle_jobs, icon="ph.list-bullets", menu="View")
    add("view.failures", "Files that could not be read", handler=window.show_failures, icon="ph.warning", menu="View")
    add("view.next_panel", "Next panel", ("F6",), handler=window.next_panel, menu="View")
    add("view.reset", "Reset layout", handler=window.reset_layout, menu="View")


def _show_view(window: MainWindow, key: str) -> None:
    window.open_page(pages.EXPLORE)
    window.parts.page.show_view(key)


def _is_view(window: MainWindow, key: str) -> bool:
    return window.parts.page.view == key


def _toggle_panel(window: MainWindow, name: str) -> None:
    window.panels[name].toggle()


def _tear_off(window: MainWindow, name: str) -> None:
    window.panels[name].tear_off()


def _is_open(window: MainWindow, name: str) -> bool:
    return name in window.panels and window.panels[name].is_open


def _is_torn_off(window: MainWindow, name: str) -> bool:
    return name in window.panels and window.panels[name].dock.isFloating()


def _is_page(window: MainWindow, page: Page) -> bool:
    return window.page is page


def _go(window: MainWindow) -> None:
    for page in PAGES:
        if page not in RAIL and page is not pages.SETTINGS:
            continue
        keys = (f"Ctrl+{page.number}",) if page.number else ("Ctrl+,",)
        window.actions.add(
            f"page.{page.key}",
            page.title,
            keys,
            handler=partial(window.open_page, page),
            icon=page.icon,
            checked=partial(_is_page, window, page),
            menu="Window",
        )


def _help(window: MainWindow) -> None:
    add = window.actions.add
    add(
        "help.palette",
        "Do anything…",
        ("Ctrl+P", "Ctrl+Shift+P"),
        handler=window.open_palette,
        icon="ph.command",
        menu="Help",
    )
    add("help.keys", "Keys", ("?",), handler=window.open_key_sheet, icon="ph.keyboard", menu="Help")
    add("help.page", "Help", ("F1",), handler=window.open_help, icon="ph.question", menu="Help")
    add("help.about", "About Sightline", handler=window.open_about, icon="ph.info", menu="Help")
