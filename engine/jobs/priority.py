"""Long work gives way to the window: threads that compute for minutes run behind those that answer the user."""

from __future__ import annotations

import os
import sys
import threading

BEHIND = 5  # steps of niceness; media workers stand at ten


def put_behind(thread: threading.Thread) -> None:
    """Let the system prefer other threads to this one, and to whatever threads and processes it starts.

    On Linux a thread has a niceness of its own; elsewhere it belongs to the whole process, and everything stays as it is.
    """
    if not sys.platform.startswith("linux") or thread.native_id is None:
        return
    try:
        os.setpriority(os.PRIO_PROCESS, thread.native_id, min(19, os.getpriority(os.PRIO_PROCESS, 0) + BEHIND))
    except OSError:  # the thread has ended, or the system does not let us
        pass
