"""Hands out the fast loops: numpy's at once, numba's when a background thread has compiled (or loaded) them."""

from __future__ import annotations

import logging
import threading
from types import ModuleType

import numpy as np

from desktop.map import plain
from engine.quiet_import import libraries_of, quietly

log = logging.getLogger("sightline.map")
_guard = threading.Lock()
_compiled: ModuleType | None = None
_warming: threading.Thread | None = None


def loops() -> ModuleType:
    """`kernels` when ready, else `plain`; both have the same functions."""
    return _compiled or plain


def warm(wait: bool = False) -> None:
    """Start compiling in the background, once. `wait` blocks until it is done (benchmarks and tests)."""
    global _warming
    with _guard:
        if _warming is None:
            _warming = threading.Thread(target=_compile, name="sightline-map-loops", daemon=True)
            _warming.start()
    if wait:
        _warming.join()


def _compile() -> None:
    global _compiled
    try:
        with quietly(libraries_of("llvmlite", "binding/*.so")):
            from desktop.map import kernels

            exercise(kernels)
    except Exception:  # a machine where numba cannot run still has a map
        log.warning("the map draws without compiled loops", exc_info=True)
        return
    _compiled = kernels


def exercise(module: ModuleType) -> None:
    """Call every loop once with the types the map uses."""
    xy = np.zeros((4, 2), np.float32)
    paint = np.zeros(4, np.uint8)
    palette = np.zeros((14, 3), np.int32)
    sums, grey, cells = np.zeros((64, 4), np.int32), np.zeros(64, np.int32), np.zeros(1, np.int32)
    module.accumulate(xy, paint, palette, (1.0, 0.0, -1.0, 0.0), 8, 0, 8, 0, 4, sums, grey, cells, 1)
    out = np.zeros(64, np.uint32)
    strength = np.zeros(plain.STRENGTHS, np.float64)
    module.shade(sums, grey, True, cells, 1, strength, palette[0], palette[1], out, 8, 0, 8)
    masks = np.zeros((3, 2, 2), np.float32)
    at = np.zeros(4, np.int32)
    module.stamp(out, 8, 0, 8, at, at, paint, paint, masks, masks, palette, palette[0], 1.0)
    module.bucket_order(np.zeros(4, np.int32), 2)
    module.inside(xy, np.zeros((3, 2), np.float64))
