"""Names nobody wants in an archive: caches, bins, thumbnails and other leavings of systems and devices. The list can be edited."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import translate

DEFAULT_JUNK = (
    ".*",  # hidden files and folders, among them .git and .Trash
    "._*",  # what macOS leaves beside files on foreign drives
    "@eaDir",
    "#recycle",
    "$RECYCLE.BIN",
    "System Volume Information",
    "Thumbs.db",
    "desktop.ini",
    "ehthumbs.db",
    "__MACOSX",
    "__pycache__",
    "node_modules",
    "lost+found",
    "*.lrdata",
    "*.tmp",
    "*.part",
    "*.crdownload",
    "~$*",
)


class JunkList:
    """Shell patterns for names of files and folders, compared without regard to case."""

    def __init__(self, patterns: Iterable[str] = DEFAULT_JUNK) -> None:
        joined = "|".join(translate(pattern.strip()) for pattern in patterns if pattern.strip())
        self._matches = re.compile(joined or r"(?!)", re.IGNORECASE).match

    def __contains__(self, name: str) -> bool:
        return self._matches(name) is not None
