"""Removable drives: where a folder is mounted, and whether what is mounted there today is what was there then."""

from __future__ import annotations

import os


def mount_point(path: str) -> str:
    """The folder at which the file system that holds `path` is mounted."""
    place = os.path.realpath(path)
    while not os.path.ismount(place):
        parent = os.path.dirname(place)
        if parent == place:
            break
        place = parent
    return place


def volume_of(root: str) -> str | None:
    """What to remember of a root's drive: its mount point, or None on the system's own file systems."""
    place = mount_point(root)
    fixed = {os.path.abspath(os.sep), mount_point(os.path.expanduser("~")), mount_point(os.path.abspath(os.curdir))}
    return None if place in fixed else place


def connected(root: str, volume: str | None) -> bool:
    """Whether a root can be looked at now. An empty folder left where a drive was mounted does not count."""
    if not os.path.isdir(root) and not os.path.isfile(root):
        return False
    return volume is None or os.path.ismount(volume)
