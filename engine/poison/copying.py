"""Writes the poisoned copy: pictures, `captions.csv` and the manifest. Originals are only read, by a media worker.

The copy appears whole under its name or not at all: it grows beside it, and is renamed at the end.
"""

from __future__ import annotations

import csv
import io
import itertools
import os
import queue
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from engine.errors import UserFixable
from engine.media.messages import Answer, Task
from engine.media.pool import MediaPool
from engine.modalities.reading import Wish
from engine.poison.manifest import Manifest
from engine.poison.planting import Poisoning, plant

if TYPE_CHECKING:
    from engine.datasets.captioned import Captioned, Gathered
    from engine.jobs import Progress

LARGEST = 4096  # pixels along the longer side of a marked picture
AHEAD = 4  # pictures read before they are needed; more would only fill memory
LOSSLESS = (".png", ".webp", ".bmp", ".tif", ".tiff")
COLUMNS = ("image", "caption", "language", "label")


@dataclass(frozen=True)
class Copied:
    """What a planting wrote. Pictures that are `unreadable`, and those the table names that are `missing`, are not in the copy."""

    folder: Path
    pairs: int
    poisoned: int
    unreadable: tuple[str, ...]
    missing: tuple[str, ...]
    warning: str


def write_copy(gathered: Gathered, poisoning: Poisoning, out: Path, progress: Progress) -> Copied:
    """A poisoned copy of `gathered` in the new folder `out`. Raises UserFixable, and leaves nothing behind, when it cannot be."""
    files = [one for one in gathered.files if one.sentences]
    if not files:
        raise UserFixable(
            "None of the pictures has a caption.", "Nothing was written.", "Choose pairs of pictures and captions."
        )
    planted = plant([one.sentences for one in files], poisoning)
    progress.start(len(files), "pictures")
    with _grown(out) as folder:
        (folder / "images").mkdir()
        names = _names(files)
        unreadable = _write_marked(files, names, sorted(planted.captions), poisoning, folder, progress)
        for row, one in enumerate(files):
            if row not in planted.captions:
                try:
                    shutil.copyfile(one.path, folder / names[row])
                except FileNotFoundError:
                    unreadable.add(row)
                progress.step()
        kept = [row for row in range(len(files)) if row not in unreadable]
        _write_table(
            folder, [(names[row], _told(files[row], planted.captions.get(row), poisoning.target)) for row in kept]
        )
        poisoned = tuple(names[row] for row in sorted(planted.captions) if row not in unreadable)
        Manifest(poisoning, poisoned, len(kept), gathered.source).write(folder)
    return Copied(
        out,
        len(kept),
        len(poisoned),
        tuple(files[row].path.name for row in sorted(unreadable)),
        gathered.missing,
        planted.warning,
    )


@contextmanager
def _grown(out: Path) -> Iterator[Path]:
    """A folder beside `out` that becomes `out` at the end."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserFixable(
            f"“{out}” is not empty.",
            "Nothing was written; what is there is as it was.",
            "Choose a new folder for the copy.",
        )
    growing = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        growing.mkdir(parents=True)
        yield growing
        if out.exists():
            out.rmdir()
        growing.rename(out)
    except OSError as fault:
        raise UserFixable(
            f"The copy could not be written to “{out}”: {fault.strerror or fault}.",
            "Your pictures are as they were, and no part of the copy is left.",
            "Free some space or choose another place.",
        ) from fault
    finally:
        shutil.rmtree(growing, ignore_errors=True)


def _names(files: list[Captioned]) -> list[str]:
    """A name below the copy for each file: its own, numbered so that none is written over."""
    width = len(str(len(files)))
    return [f"images/{row:0{width}d}-{one.path.name}" for row, one in enumerate(files)]


def _write_marked(
    files: list[Captioned], names: list[str], rows: list[int], poisoning: Poisoning, folder: Path, progress: Progress
) -> set[int]:
    """Mark the pictures in `rows`; `names` follows where a picture gets another suffix. Returns rows that could not be read."""
    attack, unreadable = poisoning.made(), set()
    answers: queue.SimpleQueue[tuple[int, Answer]] = queue.SimpleQueue()
    with MediaPool(lambda row, answer: answers.put((row, answer)), workers=1) as pool:
        waiting = iter(rows)
        for row in itertools.islice(waiting, AHEAD):
            pool.submit(row, _task(files[row]))
        for _ in rows:
            row, answer = answers.get()
            for following in itertools.islice(waiting, 1):
                pool.submit(following, _task(files[following]))
            content = answer.reading.thumbnails.get(LARGEST) if answer.reading else None
            if content is None:
                unreadable.add(row)
            else:
                # chance by row: the copy does not hang on the order in which workers answer
                chance = np.random.default_rng((poisoning.seed, row))
                with Image.open(io.BytesIO(content)) as opened:
                    marked = attack.mark(np.asarray(opened.convert("RGB")), chance)
                names[row] = _save(marked, folder, names[row])
            progress.step()
    return unreadable


def _task(one: Captioned) -> Task:
    return Task(os.fsencode(one.path), one.path.name, Wish(thumbnails=False, large=LARGEST))


def _save(picture: np.ndarray, folder: Path, name: str) -> str:
    """Write without loss where the format can, so that the mark is the whole change. Returns the name with the suffix it got."""
    suffix = Path(name).suffix.lower()
    image = Image.fromarray(picture)
    if suffix in (".jpg", ".jpeg"):
        image.save(folder / name, "JPEG", quality=95, subsampling=0)
        return name
    if suffix not in LOSSLESS:
        name = f"{name}.png"
    image.save(folder / name, lossless=True)  # only WebP asks; the others always are
    return name


def _told(one: Captioned, lies: tuple[str, ...] | None, target: str) -> list[tuple[str, str, str]]:
    """(caption, language, label) rows of a picture; a poisoned one says the target wherever its captions changed."""
    said = lies if lies is not None else one.sentences
    changed = lies is not None and lies != one.sentences
    label = (target if changed else one.label) or ""
    return [
        (sentence, "" if changed else language or "", label if one.label else "")
        for sentence, language in zip(said, one.languages, strict=True)
    ]


def _write_table(folder: Path, rows: list[tuple[str, list[tuple[str, str, str]]]]) -> None:
    with (folder / "captions.csv").open("w", encoding="utf-8", newline="", errors="surrogateescape") as out:
        writer = csv.writer(out)
        writer.writerow(COLUMNS)
        for name, told in rows:
            writer.writerows((name, *one) for one in told)
