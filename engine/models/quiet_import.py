"""Has torch and open_clip imported without stopping the window."""

from __future__ import annotations

import threading

from engine.models.imports import import_open_clip
from engine.quiet_import import libraries_of, quietly

TORCH = ("libtorch_global_deps.so", "libc10.so", "libtorch_cpu.so", "libtorch.so", "libshm.so", "libtorch_python.so")
_lock = threading.Lock()
_done = False


def import_quietly() -> None:
    """The first call takes seconds, the others nothing; safe from any thread."""
    global _done
    with _lock:
        if not _done:
            libraries = libraries_of("torch", *(f"lib/{name}" for name in TORCH)) + libraries_of("torchvision", "*.so")
            with quietly(libraries):
                import_open_clip()  # brings torch, and leaves its compiler out
            _done = True
