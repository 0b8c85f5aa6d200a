"""Whether a window can be shown here, asked before Qt is: Qt itself would end the program without a word for people."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import sys
from collections.abc import Callable, Mapping

Load = Callable[[str], object]
# What the wheels of PySide6 expect of a Linux system, and the Debian and Ubuntu packages that bring it.
EVERYWHERE = {
    "libfreetype.so.6": "libfreetype6",
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
ON_XCB = {
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WITHOUT_SCREEN = ("offscreen", "minimal", "vnc", "linuxfb", "eglfs")


def what_is_missing(
    environment: Mapping[str, str] = os.environ, platform: str = sys.platform, load: Load = ctypes.CDLL
) -> str | None:
    """One sentence that names the cure; None when a window can be shown."""
    if importlib.util.find_spec("PySide6") is None:
        return "The window needs PySide6, which is not installed. Run: uv sync"
    if not platform.startswith("linux"):
        return None
    chosen = environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    wayland, x11 = environment.get("WAYLAND_DISPLAY"), environment.get("DISPLAY")
    if chosen not in WITHOUT_SCREEN and not wayland and not x11:
        return (
            "There is no display to open a window on. Start Sightline from a desktop session, or use a verb without a"
            " window, such as: sightline demo --headless --out demo"
        )
    needed = dict(EVERYWHERE)
    if chosen == "xcb" or (not chosen and x11 and not wayland):
        needed |= ON_XCB
    absent = [package for library, package in needed.items() if not _loads(library, load)]
    if absent:
        return f"The window needs system libraries that are not here. Run: sudo apt-get install -y {' '.join(absent)}"
    return None


def missing_without_screen(load: Load = ctypes.CDLL) -> str | None:
    """The same for pictures of the window made without a screen (`sightline demo --headless`)."""
    return what_is_missing({"QT_QPA_PLATFORM": "offscreen"}, load=load)


def _loads(library: str, load: Load) -> bool:
    try:
        load(library)
    except OSError:
        return False
    return True
