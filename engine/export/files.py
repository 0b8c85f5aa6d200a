"""Copies of the original files in a folder. Nothing there is overwritten, and originals are only read."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserFixable

if TYPE_CHECKING:
    import numpy as np

    from engine.engine import Engine
    from engine.jobs import Progress

TITLE = "Copies of the files"
HELP = "Each file once, under its own name; a name that is taken gets a number."
SUFFIX = ""


def write(engine: Engine, ids: np.ndarray, target: Path, progress: Progress) -> int:
    """Returns how many files were copied. Files that are not there now are passed by."""
    paths = dict.fromkeys(path for path in (engine.items.path_of(int(number)) for number in ids) if path is not None)
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UserFixable(
            f"“{target}” cannot be used as a folder.", "Nothing was copied.", "Choose another folder."
        ) from fault
    count = 0
    for path in progress.over(list(paths), unit="files"):
        count += _copied(path, target)
    return count


def _copied(path: Path, folder: Path) -> bool:
    """A copy appears under its name only when it is whole."""
    for number in range(1, 100_000):
        place = folder / (path.name if number == 1 else f"{path.stem} ({number}){path.suffix}")
        try:
            out = place.open("xb")
        except FileExistsError:
            continue
        try:
            with out, path.open("rb") as original:
                shutil.copyfileobj(original, out, 1 << 20)
        except OSError as fault:
            place.unlink(missing_ok=True)
            if isinstance(fault, FileNotFoundError):
                return False
            raise UserFixable(
                f"“{path.name}” could not be copied: {fault.strerror or fault}.", "The copies made before it are kept."
            ) from fault
        shutil.copystat(path, place)
        return True
    return False
