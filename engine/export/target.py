"""Writing an export: whole or not at all, and never over an original."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import UserFixable

if TYPE_CHECKING:
    from engine.engine import Engine


@contextmanager
def whole_file(engine: Engine, target: Path) -> Iterator[Path]:
    """A path to write to; it becomes `target` when everything went well, and nothing is left when not.

    Raises `UserFixable` when `target` is there and lies in a collection, or cannot be written.
    """
    guard_originals(engine, target)
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield beside
        beside.replace(target)
    except OSError as fault:
        raise UserFixable(
            f"“{target}” could not be written: {fault.strerror or fault}.",
            "Your library and files are as they were.",
            "Choose another place.",
        ) from fault
    finally:
        with suppress(OSError):  # its folder could not even be made
            beside.unlink(missing_ok=True)


def guard_originals(engine: Engine, target: Path) -> None:
    """An export may stand beside originals, but not replace one."""
    if not target.exists():
        return
    real = target.resolve()
    for collection in engine.collections.all():
        root = Path(collection.root)
        if root == real or root in real.parents:
            raise UserFixable(
                f"“{target.name}” is one of the files of “{collection.name}”.",
                "Originals are never written over.",
                "Choose another name or folder.",
            )
