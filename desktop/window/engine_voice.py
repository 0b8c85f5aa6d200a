"""What the engine has to say becomes notices: acts with Undo, jobs that ended, faults with a report."""

from __future__ import annotations

import platform
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.bridge import EngineBridge
from desktop.jobs.job_book import JobBook, JobEntry
from desktop.notices import Notices
from desktop.version import version
from desktop.widgets.strip import Strip
from desktop.window.undo_state import UndoState
from engine.events import Notice
from engine.values import Done

if TYPE_CHECKING:
    from engine.engine import Engine


class EngineVoice(QObject):
    """Connects the bridge to the notices."""

    failures_asked = Signal()
    report_asked = Signal(str)

    def __init__(self, bridge: EngineBridge, notices: Notices, book: JobBook, undo: UndoState) -> None:
        super().__init__(notices)
        self.hushed = False  # acts are not told one by one
        self._bridge, self._notices, self._undo = bridge, notices, undo
        bridge.noticed.connect(notices.show)
        bridge.acted.connect(self._say_done)
        bridge.fault.connect(self.say_fault)
        book.ended.connect(self._say_ended)

    def greet(self, banner: Strip, engine: Engine) -> None:
        """What is to be known of this library before anything else."""
        if engine.read_only:
            banner.say(
                "This library is open in another window. You can look at it here, but not change it.", closable=False
            )
        elif engine.closed_unexpectedly:
            banner.say(
                "Sightline was closed unexpectedly. The library was checked and is whole; at most one batch of items "
                "will be indexed again.",
                (("Continue", banner.hide),),
                closable=False,
            )

    def say_fault(self, words: str, report: str) -> None:
        """A mistake of ours."""
        self._notices.show(
            Notice(
                "Something in Sightline went wrong.",
                "Your files and library are safe; the rest keeps working.",
                words,
                "failed",
            ),
            ("Copy report", lambda: self.report_asked.emit(report)),
        )

    def _say_done(self, done: Done) -> None:
        if done.sentence and not self.hushed:
            self._notices.say(done.sentence, ("Undo", self._undo.undo))

    def _say_ended(self, entry: JobEntry) -> None:
        if entry.state == "failed":
            answers = (("Copy report", lambda: self.report_asked.emit(entry.details)),) if entry.details else ()
            self._notices.show(Notice(entry.summary, "", entry.remedy, "failed" if entry.details else "warn"), *answers)
        elif entry.state == "cancelled":
            self._notices.say(entry.summary)
        elif entry.lane != "map" and entry.summary:
            left_out = (("Show", self.failures_asked.emit),) if "could not be read" in entry.summary else ()
            self._notices.say(entry.summary, *left_out)


def report_text(details: str) -> str:
    """A report for a person to read before sending: version, system, trace."""
    import PySide6

    return f"Sightline {version()}\nPython {sys.version.split()[0]}, Qt {PySide6.__version__}, {platform.platform()}\n\n{details}"
