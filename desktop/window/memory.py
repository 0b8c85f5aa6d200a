"""What the window remembers between starts: size, panels, view, and named layouts. Kept in the declared settings."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QMainWindow

from desktop.window.explore_page import ExplorePage
from desktop.window.panels import SidePanel

VERSION = 1


def state_of(window: QMainWindow, page: ExplorePage, panels: dict[str, SidePanel]) -> dict[str, Any]:
    """Everything to be remembered, as JSON can hold it."""
    return {
        "version": VERSION,
        "geometry": _text(window.saveGeometry()),
        "docks": _text(window.saveState(VERSION)),
        "view": page.view,
        "split": page.split_sizes(),
        "panels": {name: panel.wanted for name, panel in panels.items()},
        "grid": page.grid.state(),
    }


def put_back(state: dict[str, Any], window: QMainWindow, page: ExplorePage, panels: dict[str, SidePanel]) -> list[str]:
    """Make the window as it was; returns the names of panels that this version does not have. Damaged parts are passed over."""
    if not isinstance(state, dict) or state.get("version") != VERSION:
        return []
    for panel in panels.values():
        panel.close_over()
    if geometry := _bytes(state.get("geometry")):
        window.restoreGeometry(geometry)
    if docks := _bytes(state.get("docks")):
        window.restoreState(docks, VERSION)
    split = state.get("split")
    if isinstance(split, dict):
        page.set_split_sizes({str(key): value for key, value in split.items() if isinstance(value, list)})
    page.show_view(str(state.get("view", page.view)))
    page.grid.put_back(state.get("grid"))
    unknown = []
    kept = state.get("panels")
    for name, wanted in (kept if isinstance(kept, dict) else {}).items():
        if name in panels:
            panels[name].set_wanted(bool(wanted))
        else:
            unknown.append(str(name))
    return unknown


def _text(octets: QByteArray) -> str:
    return base64.b64encode(octets.data()).decode("ascii")


def _bytes(text: object) -> QByteArray | None:
    try:
        return QByteArray(base64.b64decode(str(text), validate=True)) if text else None
    except (binascii.Error, ValueError):
        return None
