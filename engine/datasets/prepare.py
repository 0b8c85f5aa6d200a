"""Decodes pictures once, small, into one memory-mapped file, so that training never waits for a decoder.

Files are opened by media workers, with their limits; one that cannot be read costs itself and is listed with its reason.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.datasets.captioned import Captioned
from engine.errors import UserFixable
from engine.jobs.progress import Progress
from engine.media.messages import Answer, Task
from engine.media.pool import MediaPool
from engine.modalities.reading import Wish
from engine.models.devices import cores
from engine.models.specs import AudioSpec, ImageSpec

SPARE_BYTES = 200 << 20  # of the disk that are left alone


@dataclass(frozen=True, eq=False)
class Prepared:
    """`pictures` (n, edge, edge, 3) uint8, row i shows `files[i]`, whose content hash is known now; `failed`: path, reason."""

    files: tuple[Captioned, ...]
    pictures: np.ndarray
    failed: tuple[tuple[str, str], ...]


def prepare_pictures(
    files: Sequence[Captioned], spec: ImageSpec, folder: Path, progress: Progress | None = None
) -> Prepared:
    """Decode `files` as `spec` says, or open what was decoded before. May be cancelled between files; nothing is kept then.

    Raises UserFixable when the disk has no room, or none of the files can be read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = digest_of(files, spec)
    if not (folder / f"{name}.json").is_file():
        check_room(folder, len(files) * spec.size**2 * 3)
        try:
            _decode(files, spec, folder / name, progress or Progress())
        except OSError as fault:
            raise disk_full(fault) from fault
    kept = json.loads((folder / f"{name}.json").read_text("utf-8"))
    os.utime(folder / f"{name}.json")  # what was used last is forgotten last
    if not kept["rows"]:
        raise UserFixable(
            "None of the pictures could be read.",
            "Nothing was trained or changed.",
            f"Look at the first one: {kept['failed'][0][0]}." if kept["failed"] else "Choose other pairs.",
        )
    known = tuple(replace(files[row], content_hash=content) for row, content in kept["rows"])
    pictures = np.load(folder / f"{name}.npy", mmap_mode="r")[: len(known)]
    return Prepared(known, pictures, tuple((path, why) for path, why in kept["failed"]))


def forget_prepared(folder: Path, keep: int = 4) -> None:
    """Delete all but the `keep` most recently used sets of decoded pictures."""
    sets = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    for file in sets[keep:]:
        file.unlink(missing_ok=True)
        file.with_suffix(".npy").unlink(missing_ok=True)


def disk_full(fault: OSError) -> UserFixable:
    """The sentence for a write that failed."""
    import errno

    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserFixable(
            "The disk is full.",
            "What the run had saved before is kept, and the model it started from is as it was.",
            "Free some space, then go on with the run.",
        )
    return UserFixable(
        f"The library's folder cannot be written to: {fault.strerror or fault}.",
        "What the run had saved before is kept, and the model it started from is as it was.",
        "Check that the folder may be written to, then go on with the run.",
    )


def read_each(files: Sequence[Captioned], wish: Wish, progress: Progress, what: str) -> Iterator[tuple[int, Answer]]:
    """What media workers found in each file, as (row, answer) in the order in which they finish. May be cancelled in between."""
    answers: queue.SimpleQueue[tuple[int, Answer]] = queue.SimpleQueue()
    progress.start(len(files), what, f"Reading the {what}")
    with MediaPool(lambda row, answer: answers.put((row, answer)), workers=max(2, cores())) as pool:
        ahead = iter(range(len(files)))
        for row in (next(ahead, None) for _ in range(64)):  # a few are under way, so that a stop acts at once
            if row is not None:
                pool.submit(row, _task(files[row], wish))
        for _ in range(len(files)):
            row, answer = answers.get()
            if (coming := next(ahead, None)) is not None:
                pool.submit(coming, _task(files[coming], wish))
            yield row, answer
            progress.step()


def _decode(files: Sequence[Captioned], spec: ImageSpec, target: Path, progress: Progress) -> None:
    unfinished = target.with_suffix(".part.npy")
    pictures = np.lib.format.open_memmap(
        unfinished, mode="w+", dtype=np.uint8, shape=(len(files), spec.size, spec.size, 3)
    )
    rows: list[tuple[int, str]] = []
    failed: list[tuple[str, str]] = []
    try:
        for row, answer in read_each(files, Wish(image=spec, thumbnails=False), progress, "pictures"):
            pixels = answer.reading.pixels if answer.reading is not None else None
            if pixels is None:
                failed.append((str(files[row].path), answer.reason or "Not a picture"))
            else:
                pictures[row] = pixels
                rows.append((row, answer.content_hash or files[row].key))
        rows.sort()
        for place, (row, _) in enumerate(rows):
            if place != row:  # close the gaps that unreadable files left
                pictures[place] = pictures[row]
        pictures.flush()
        del pictures
        os.replace(unfinished, target.with_suffix(".npy"))
    finally:
        unfinished.unlink(missing_ok=True)
    keep_note(target, rows, failed)


def keep_note(target: Path, rows: list[Any], failed: list[tuple[str, str]]) -> None:
    """Say what a set of decoded files holds; it counts from then on."""
    note = target.with_suffix(".json.part")
    note.write_text(json.dumps({"rows": rows, "failed": failed}), "utf-8")
    os.replace(note, target.with_suffix(".json"))


def _task(file: Captioned, wish: Wish) -> Task:
    return Task(os.fsencode(file.path.absolute()), file.path.name, wish)


def digest_of(files: Sequence[Captioned], spec: ImageSpec | AudioSpec) -> str:
    """Names a set of decoded pictures by what went into it; a file that changed makes another set."""
    from blake3 import blake3

    digest = blake3(spec.as_json().encode())
    for file in files:
        try:
            told = os.stat(file.path)
            digest.update(f"{file.path}\0{told.st_size}\0{told.st_mtime_ns}\n".encode("utf-8", "surrogatepass"))
        except OSError:
            digest.update(f"{file.path}\0gone\n".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:32]


def check_room(folder: Path, needed: int) -> None:
    """Raises UserFixable when the disk has no room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < needed + SPARE_BYTES:
        raise UserFixable(
            f"What is decoded needs {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free.",
            "Nothing was trained or changed.",
            "Free some space, or choose fewer pairs.",
        )
