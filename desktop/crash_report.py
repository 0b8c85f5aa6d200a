"""Faults of ours: written to a log in the library, shown once with a report to copy, never sent anywhere."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Signal

log = logging.getLogger("sightline")
LOG_NAME = "sightline.log"
LOG_BYTES = 1_000_000


class _Relay(QObject):
    """Carries a fault from the thread where it arose to the GUI thread."""

    fault = Signal(str, str)


def catch_faults(show: Callable[[str, str], None]) -> None:
    """Every uncaught exception, on any thread, is logged and shown with its report; the application goes on."""
    relay = _Relay()
    relay.fault.connect(show)

    def take(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, fault, trace)
            return
        log.error("a fault nobody caught", exc_info=(kind, fault, trace))
        try:
            relay.fault.emit(f"{kind.__name__}: {fault}", "".join(traceback.format_exception(kind, fault, trace)))
        except RuntimeError:  # the application is closing
            return

    sys.excepthook = take
    threading.excepthook = lambda told: take(told.exc_type, told.exc_value or told.exc_type(), told.exc_traceback)


def keep_log(library: Path, read_only: bool) -> Path | None:
    """Write the log into the library's folder; a crash below Python leaves its trace there too."""
    if read_only:
        return None
    path = library / LOG_NAME
    for old in [each for each in log.handlers if isinstance(each, logging.handlers.RotatingFileHandler)]:
        log.removeHandler(old)
        old.close()
    handler = logging.handlers.RotatingFileHandler(
        path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    faulthandler.enable((library / "crash.log").open("w"))
    return path
