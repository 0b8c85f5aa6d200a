"""From a file row to the file: text paths for people, byte paths for opening."""

from __future__ import annotations

import os
from pathlib import Path


def text_path(root: str, kind: str, relative: str) -> str:
    """Absolute path as people read it. `kind` is the collection's: a caption table added by itself is its own root."""
    if kind == "table" and relative in ("", "."):
        return root
    return os.path.join(root, *relative.split("/"))


def real_path(root: str, kind: str, relative: str, raw: bytes | None) -> Path:
    """Absolute path that opens the file, also when its name is not valid UTF-8."""
    if raw is not None:
        return Path(os.fsdecode(os.path.join(os.fsencode(root), raw)))
    return Path(text_path(root, kind, relative))
