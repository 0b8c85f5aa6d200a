"""The media worker process: `python -m engine.media.worker`. Tasks come in on stdin, answers go out on stdout.

Started as a plain process and not by multiprocessing, which would import the application's main module, and Qt with it.
"""

from __future__ import annotations

import os
import sys
from typing import BinaryIO


def limit_memory(limit: int) -> None:
    """Refuse this process more than `limit` bytes of addresses, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _private_stdout() -> BinaryIO:
    """The pipe to the engine, out of reach of C libraries that print to standard output."""
    kept = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(kept, "wb")


def main() -> None:
    answers = _private_stdout()
    tasks = sys.stdin.buffer
    if hasattr(os, "setpriority"):  # the window and the encoder come first
        os.setpriority(os.PRIO_PROCESS, 0, max(10, os.getpriority(os.PRIO_PROCESS, 0)))
    limit_memory(int(sys.argv[1]))
    import numpy  # noqa: F401  imported here so that the first file does not pay for it
    from PIL import Image

    from engine.media import messages
    from engine.media.reading import read_file

    Image.preinit()
    messages.send(answers, {"ready": os.getpid()})
    while (message := messages.receive(tasks)) is not None:
        messages.send_answer(answers, read_file(messages.task_from_header(message[0])))


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(1)
