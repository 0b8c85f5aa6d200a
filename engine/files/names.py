"""Names as the library keeps them: text for people, and the bytes beside it where the text would not find the file again."""

from __future__ import annotations

import os


def text_of(raw: bytes) -> tuple[str, bytes | None]:
    """(text, raw or None): bytes that are not valid UTF-8 appear as `\\xNN`, and then the bytes are needed to open the file."""
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError:
        return raw.decode("utf-8", "backslashreplace"), raw


def absolute(root: str, path: str, raw_path: bytes | None) -> bytes:
    """The bytes that open the file at `path` (or `raw_path`) below `root`."""
    return os.path.join(os.fsencode(root), raw_path if raw_path is not None else os.fsencode(path))
