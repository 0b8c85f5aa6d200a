"""Snapshots of a library: database, vectors and maps in one file, to go back to or to take to another computer.

Thumbnails and models stay out of it: the first are made again from the originals, the second are installed again. A snapshot is
an uncompressed zip file, so that any tool can look into it.
"""

from __future__ import annotations

import json
import os
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from engine.errors import UserFixable

if TYPE_CHECKING:
    from engine.engine import Engine
    from engine.jobs.progress import Progress

SUFFIX = ".sightline"
MANIFEST = "snapshot.json"
DATABASE = "library.sqlite"
FOLDERS = ("vectors", "maps")
CHUNK = 1 << 20


@dataclass(frozen=True)
class Snapshot:
    """What a snapshot says of itself."""

    path: Path
    made_at: float
    items: int
    version: str


@dataclass(frozen=True)
class MakeSnapshot:
    """Write the library as it is now to `target`, while it stays in use."""

    target: str
    lane: str = "engine"
    title: str = "Making a snapshot"

    def run(self, engine: Engine, progress: Progress) -> str:
        """Cancelled or failed, nothing is left. Raises `UserFixable` when the place cannot be written to."""
        import engine as product

        target = Path(self.target).expanduser()
        part = target.with_name(target.name + ".part")
        copy = engine.folder / f"snapshot-{os.getpid()}.sqlite"
        manifest = {"made_at": time.time(), "items": engine.items.counts().items, "version": product.__version__}
        try:
            # The database first: vectors are only ever appended, so what its rows point at is in the files copied after it.
            engine.library.backup(copy)
            files = [(copy, DATABASE), *_files(engine.folder)]
            progress.start(sum(path.stat().st_size for path, _ in files), "bytes")
            with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED, allowZip64=True) as out:
                out.writestr(MANIFEST, json.dumps(manifest))
                for path, name in files:
                    _add(out, path, name, progress)
            os.replace(part, target)
        except OSError as fault:
            raise UserFixable(
                f"The snapshot could not be written to “{target.parent}” ({fault.strerror or fault}).",
                "The library is as it was.",
                "Choose another place, or free some space there.",
            ) from fault
        finally:
            part.unlink(missing_ok=True)
            copy.unlink(missing_ok=True)
        return f"Snapshot of {manifest['items']:,} items written to “{target}”."


def look_into(path: Path) -> Snapshot:
    """What a snapshot holds. Raises `UserFixable` for a file that is none."""
    try:
        with zipfile.ZipFile(path) as file:
            told = json.loads(file.read(MANIFEST))
            names = file.namelist()
        if DATABASE not in names or not all(_is_ours(name) for name in names):
            raise ValueError("other files are in it")
        return Snapshot(path, float(told["made_at"]), int(told["items"]), str(told["version"]))
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as fault:
        raise UserFixable(
            f"“{path.name}” is not a snapshot of a library, or is damaged.",
            "Nothing was changed.",
            "Choose another file.",
        ) from fault


def restore(folder: Path, path: Path) -> Path:
    """Make the library in `folder` what it was in the snapshot; returns where the state before is kept.

    The library must not be open. Raises `LibraryLocked` when it is, `UserFixable` for a snapshot that is damaged or newer than
    this program; nothing is changed then.
    """
    from engine.catalogue.library import take_lock
    from engine.catalogue.restoring import finish, swap_in
    from engine.catalogue.schema import check_readable

    look_into(path)
    lock = take_lock(folder)
    fresh = folder / "restoring"
    try:
        finish(folder)
        shutil.rmtree(fresh, ignore_errors=True)
        _unpack(path, fresh)
        check_readable(fresh / DATABASE)
        aside = _free(folder / f"before-restore-{time.strftime('%Y-%m-%d-%H%M%S')}")
        swap_in(folder, fresh, aside)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        lock.release()
    return aside


def _files(folder: Path) -> list[tuple[Path, str]]:
    found = []
    for name in FOLDERS:
        for path in sorted((folder / name).glob("*")):
            if path.is_file() and not path.name.endswith((".part", ".tmp")):
                found.append((path, f"{name}/{path.name}"))
    return found


def _add(out: zipfile.ZipFile, path: Path, name: str, progress: Progress) -> None:
    with path.open("rb") as source, out.open(name, "w", force_zip64=True) as target:
        for chunk in _chunks(source):
            target.write(chunk)
            progress.step(len(chunk))


def _chunks(source: object) -> Iterator[bytes]:
    while chunk := source.read(CHUNK):  # type: ignore[attr-defined]
        yield chunk


def _is_ours(name: str) -> bool:
    """A member that may be unpacked: it can lie nowhere but where it belongs."""
    parts = PurePosixPath(name).parts
    if name in (MANIFEST, DATABASE):
        return True
    return len(parts) == 2 and parts[0] in FOLDERS and parts[1] not in ("", ".", "..") and "\\" not in name


def _unpack(path: Path, target: Path) -> None:
    target.mkdir(parents=True)
    for name in FOLDERS:
        (target / name).mkdir()
    try:
        with zipfile.ZipFile(path) as file:
            for name in file.namelist():
                if name == MANIFEST or not _is_ours(name):
                    continue
                with file.open(name) as source, (target / name).open("wb") as out:
                    shutil.copyfileobj(source, out, CHUNK)  # checks every member's sum on the way
    except (zipfile.BadZipFile, EOFError) as fault:
        raise UserFixable(
            f"“{path.name}” is damaged: what it holds is not what was written.",
            "Nothing was changed.",
            "Choose another.",
        ) from fault
    except OSError as fault:
        raise UserFixable(
            f"There is not enough room to restore “{path.name}” ({fault.strerror or fault}).",
            "Nothing was changed.",
            "Free some space, then restore it.",
        ) from fault


def _free(wanted: Path) -> Path:
    number, place = 1, wanted
    while place.exists():
        number += 1
        place = wanted.with_name(f"{wanted.name}-{number}")
    return place
