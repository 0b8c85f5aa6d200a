"""Starts the window: engine, theme, bridge, window, in that order. Opens another library by doing it again."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from desktop.actions import ActionRegistry
from desktop.bridge import EngineBridge
from desktop.crash_report import catch_faults, keep_log
from desktop.no_window import say_before_window
from desktop.theme import Theme
from desktop.window.logo import logo_icon
from desktop.window.main_window import MainWindow
from engine.engine import Engine
from engine.errors import LibraryLocked, UserFixable
from engine.events import Notice

log = logging.getLogger("sightline.window")


class Sightline(QObject):
    """The running application: one library, one window, replaced together."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.application = application
        self.engine: Engine | None = None
        self.bridge: EngineBridge | None = None
        self.window: MainWindow | None = None
        self.theme = Theme(parent=self)
        catch_faults(self._say_fault)

    def open(self, folder: Path | None, *, read_only: bool = False) -> MainWindow:
        """Open a library and show its window. Raises `UserFixable` and keeps the window there was."""
        engine = Engine.open(folder, read_only=read_only)
        engine.jobs.give_way()
        self.close_library()
        settings = engine.settings
        self.theme.choose(settings.get("look.theme"))
        self.theme.set_size(settings.get("look.size"))
        self.application.setWindowIcon(logo_icon(self.theme))
        keep_log(engine.folder, read_only)
        bridge = EngineBridge(engine, self)
        window = MainWindow(bridge, self.theme, ActionRegistry(self))
        window.library_wanted.connect(self.change_library)
        window.sample_wanted.connect(self.open_sample)
        window.restore_wanted.connect(self.restore)
        self.engine, self.bridge, self.window = engine, bridge, window
        window.show()
        bridge.ask(_follow, lambda _: None, failed=lambda fault: log.warning("the live map rests: %s", fault))
        return window

    def change_library(self, folder: Path, read_only: bool = False) -> None:
        """Another library in place of this one; a locked one is offered for looking."""
        if self.engine is not None and folder == self.engine.folder:
            return
        try:
            self.open(folder, read_only=read_only)
        except LibraryLocked as fault:
            self._offer_to_look(folder, fault)
        except UserFixable as fault:
            self._tell(fault)

    def open_sample(self, folder: Path) -> None:
        """The sample's own library, filled the first time."""
        from engine.workflows.open_sample import OpenSample

        self.change_library(folder)
        if self.bridge is not None and self.engine is not None and self.engine.folder == folder:
            bridge = self.bridge

            def fill(is_empty: bool) -> None:
                if is_empty:
                    bridge.submit(OpenSample())

            bridge.ask(lambda engine: not engine.collections.all(), fill)

    def restore(self, snapshot: Path) -> None:
        """Close the library, make it what it was in a snapshot, and open it again; on any trouble it opens as it is."""
        from engine.workflows.snapshots import restore

        if self.engine is None:
            return
        folder = self.engine.folder
        said: Notice
        self.close_library()
        try:
            aside = restore(folder, snapshot)
            said = Notice("Restored.", f"What was there before is kept in “{aside.name}” in the library's folder.")
        except UserFixable as fault:
            said = Notice(fault.what, fault.means, fault.remedy, "warn")
        window = self.open(folder)
        window.notices.show(said)

    def close_library(self) -> None:
        """Let window, bridge and engine go, in that order."""
        if self.window is not None:
            window, self.window = self.window, None
            window.close()
            window.deleteLater()
        if self.bridge is not None:
            self.bridge.close()
            self.bridge.deleteLater()
            self.bridge = None
        if self.engine is not None:
            self.engine.close()
            self.engine = None

    def _offer_to_look(self, folder: Path, fault: LibraryLocked) -> None:
        if self.window is not None:
            self.window.notices.say(
                f"{fault.what} {fault.means}",
                ("Open to look", lambda: self.change_library(folder, True)),
                ("Choose another", self.window.doors.choose_library),
                level="warn",
            )

    def _tell(self, fault: UserFixable) -> None:
        if self.window is not None:
            self.window.notices.say(str(fault), level="warn")

    def _say_fault(self, words: str, report: str) -> None:
        if self.window is not None:
            self.window.voice.say_fault(words, report)


def _follow(engine: Engine) -> None:
    engine.maps.follow(True)
    if not engine.read_only:
        engine.watch.start()


def prepare() -> None:
    """Once per process, before the window: the interpreter changes threads ten times as often as usual.

    The window's thread waits for the interpreter behind every busy Python thread for one such interval; at the usual
    5 ms two of them already make the pointer stutter.
    """
    sys.setswitchinterval(0.0005)


def main(library: Path | None = None, *, sample: bool = False, paths: tuple[Path, ...] = ()) -> int:
    """Run the window until it is closed; 1 when the library could not be opened. A locked library opens to look at.

    `paths` are added to it, as if they had been dropped into the window.
    """
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(sys.argv[:1])
    application.setApplicationName("Sightline")
    application.setApplicationDisplayName("")
    application.setDesktopFileName("sightline")
    prepare()
    sightline = Sightline(application)
    try:
        try:
            sightline.open(library)
        except LibraryLocked:
            sightline.open(library, read_only=True)
    except UserFixable as fault:
        say_before_window(fault)
        return 1
    if sample:
        assert sightline.engine is not None
        sightline.open_sample(sightline.engine.folder)
    if paths:
        assert sightline.window is not None
        sightline.window.doors.add(list(paths))
    try:
        return application.exec()
    finally:
        sightline.close_library()
