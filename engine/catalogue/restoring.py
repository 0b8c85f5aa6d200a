"""Puts another state of a library in the place of the one that is there, all or nothing, also when the process is killed half way.

What is there is moved aside first, and a file says so; as long as that file is there, opening the library moves it back.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

MARK = "restoring.json"
PARTS = ("library.sqlite", "vectors", "maps")  # what a snapshot holds
BESIDE = ("library.sqlite-wal", "library.sqlite-shm")  # belong to the database that is there, never to another


def swap_in(folder: Path, fresh: Path, aside: Path) -> None:
    """Move the parts in `fresh` to `folder`, and those that were there to `aside`. The library must be closed and locked."""
    aside.mkdir()
    _write(folder / MARK, {"aside": aside.name})
    for name in (*BESIDE, *PARTS):
        if (folder / name).exists():
            os.replace(folder / name, aside / name)
    for name in PARTS:
        if (fresh / name).exists():
            os.replace(fresh / name, folder / name)
    (folder / MARK).unlink()


def finish(folder: Path) -> bool:
    """Take back a swap that was interrupted. Says whether there was one."""
    mark = folder / MARK
    if not mark.exists():
        return False
    aside = folder / str(json.loads(mark.read_text("utf-8"))["aside"])
    kept = [name for name in (*PARTS, *BESIDE) if (aside / name).exists()]
    for name in kept:
        _remove(folder / name)
        os.replace(aside / name, folder / name)
    shutil.rmtree(aside, ignore_errors=True)
    mark.unlink()
    return True


def _write(path: Path, said: dict[str, str]) -> None:
    with path.open("w", encoding="utf-8") as file:
        json.dump(said, file)
        file.flush()
        os.fsync(file.fileno())


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
