"""Real libraries made quickly: every part is the real one, only the items and their vectors are invented.

A migrated empty database is made once per process and copied, so that a test's library opens in milliseconds.
"""

from __future__ import annotations

import atexit
import shutil
import sqlite3
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.catalogue import schema
from engine.catalogue.library import DATABASE
from engine.engine import Engine

if TYPE_CHECKING:
    from PIL.Image import Image

BORN = 1_700_000_000.0  # every invented item was added then
DAY = 86_400.0
WORDS = (
    "heron",
    "harbour",
    "night",
    "bicycle",
    "snow",
    "market",
    "violin",
    "river",
    "lamp",
    "storm",
    "orchard",
    "train",
)
LANGUAGES = ("en", "de", "fr", "ja")
CAMERAS = ("Alpha 1", "Beta 2", None)


@lru_cache(maxsize=1)
def _empty_database() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="sightline-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    schema.upgrade(folder / DATABASE)
    with sqlite3.connect(folder / DATABASE) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return folder / DATABASE


def empty_library(folder: Path) -> Path:
    """An empty library in `folder`; open it with `Engine.open(folder)`."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_empty_database(), folder / DATABASE)
    return folder


def open_empty(folder: Path) -> Engine:
    """An engine on an empty library. Close it, or use `with`."""
    return Engine.open(empty_library(folder), device="cpu")


def library_with(
    folder: Path,
    items: int,
    *,
    dimension: int = 32,
    vectors: bool = True,
    topics: int = 12,
    thumbnails: int = 0,
    seed: int = 0,
    model: Path | None = None,
) -> Engine:
    """An open engine on a library in `folder`/library that holds `items` invented items (ids 1 to `items`).

    Images, sounds and texts take turns (3 of 5, 1 of 5, 1 of 5); two collections, folders, dates over years, some cameras and
    languages; every picture with a number divisible by ten has the text five numbers later as caption. Item `i` is of topic `i % topics`,
    its name and text say so (`WORDS`), and its vector (space 1, unit, float16) lies near that topic's centre.
    With `model` (a folder, see `tiny_model`) that model is in use and the vectors stand in its space instead.
    `thumbnails` makes that many small real pictures. No original file exists. 100,000 items take about three seconds.
    """
    target = empty_library(folder / "library")
    numbers = np.arange(1, items + 1)
    connection = sqlite3.connect(target / DATABASE)
    with connection:
        connection.executemany(
            "INSERT INTO collection(id, name, root, kind, connected, watched, added_at) VALUES (?,?,?,'folder',1,0,?)",
            [(1, "photos", str(folder / "photos"), BORN), (2, "field recorder", str(folder / "field recorder"), BORN)],
        )
        connection.executemany(
            "INSERT INTO file(collection_id, path, size, mtime_ns, content_hash, kind, status) VALUES (?,?,?,0,?,?,'ok')",
            (_file(int(number), topics) for number in numbers),
        )
        connection.executemany(
            "INSERT INTO item(id, content_hash, passage, kind, name, text, language, width, height, seconds, sample_rate,"
            " channels, taken_at, camera, bytes, format, mat, added_at) VALUES (?,?,0,?,?,?,?,?,?,?,?,?,?,?,?,?,0,?)",
            (_item(int(number), topics) for number in numbers),
        )
        connection.executemany(
            "INSERT INTO pair(left_id, right_id, source, language) VALUES (?,?,'sidecar','en')",
            ((int(n), int(n) + 5) for n in numbers if n % 10 == 0 and n + 5 <= items),
        )
        connection.execute(
            "INSERT INTO item_fts(rowid, name, caption, text) SELECT id, name, '', coalesce(text, '') FROM item"
        )
        connection.execute(
            "INSERT INTO item_trigram(rowid, name, caption, text) SELECT id, name, '', coalesce(text, '') FROM item"
        )
        if vectors and model is None:
            connection.execute(
                "INSERT INTO space(id, key, name, dimension, rows, removed, generation) VALUES (1, 'invented', 'invented', ?, 0, 0, 0)",
                (dimension,),
            )
    connection.close()
    engine = Engine.open(target, device="cpu")
    space_id = 1
    if model is not None:
        engine.models.use(engine.models.add(model, "tiny").key)
        space = engine.models.space()
        space_id, dimension = space.id, space.dimension
    if vectors:
        _add_vectors(engine, space_id, invented_vectors(items, dimension, topics, seed))
    for number in range(1, min(items, thumbnails) + 1):
        _add_thumbnail(engine, number, topics)
    return engine


def invented_vectors(items: int, dimension: int, topics: int = 12, seed: int = 0) -> np.ndarray:
    """The vectors of `library_with`, float32 (items, dimension): clusters around one centre per topic."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(topics, dimension)).astype(np.float32)
    vectors = centres[np.arange(1, items + 1) % topics] + 0.6 * random.normal(size=(items, dimension)).astype(
        np.float32
    )
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def kind_of(number: int) -> str:
    """Kind of invented item `number`."""
    return ("text", "image", "image", "image", "audio")[number % 5] if number % 10 else "image"


def _name(number: int, topics: int) -> str:
    suffix = {"image": "jpg", "audio": "wav", "text": "txt"}[kind_of(number)]
    return f"{WORDS[number % topics % len(WORDS)]}_{number:06}.{suffix}"


def _file(number: int, topics: int) -> tuple[object, ...]:
    kind = kind_of(number)
    collection = 2 if kind == "audio" else 1
    path = f"{2015 + number % 9}/{WORDS[number % topics % len(WORDS)]}/{_name(number, topics)}"
    return collection, path, 1000 + number, f"{number:064x}", kind


def _item(number: int, topics: int) -> tuple[object, ...]:
    kind = kind_of(number)
    image, audio, text = kind == "image", kind == "audio", kind == "text"
    word = WORDS[number % topics % len(WORDS)]
    return (
        number,
        f"{number:064x}",
        kind,
        _name(number, topics),
        f"A {word} seen on day {number}." if text else None,
        LANGUAGES[number % 4] if text else None,
        640 if image else None,
        480 if image else None,
        2.0 + number % 30 if audio else None,
        16_000 if audio else None,
        1 if audio else None,
        BORN - number * DAY / 4 if image else None,
        CAMERAS[number % 3] if image else None,
        1000 + number,
        {"image": "JPEG", "audio": "WAV", "text": "Text"}[kind],
        BORN + number,
    )


def _add_vectors(engine: Engine, space_id: int, matrix: np.ndarray) -> None:
    store = engine.vectors.store(space_id)
    rows = store.append(matrix)
    connection = sqlite3.connect(engine.folder / DATABASE)
    with connection:
        connection.executemany(
            "INSERT INTO vector(space_id, row, item_id, part) VALUES (?, ?, ?, 0)",
            ((space_id, row, row + 1) for row in rows),
        )
        connection.execute("UPDATE space SET rows = ? WHERE id = ?", (rows.stop, space_id))
    connection.close()
    store.commit(rows.stop)


def _add_thumbnail(engine: Engine, number: int, topics: int) -> None:
    if kind_of(number) != "image":
        return
    import io

    buffer = io.BytesIO()
    _picture(number, topics).save(buffer, "WEBP", quality=70)
    for edge in (96, 192, 384):
        engine.thumbnails.put(number, edge, buffer.getvalue())


def _picture(number: int, topics: int) -> Image:
    """A small landscape whose hue is its topic's, so that grids and maps of tests look like something."""
    import colorsys

    from PIL import Image, ImageDraw

    hue = number % topics / topics
    sky, ground = (
        tuple(int(255 * part) for part in colorsys.hsv_to_rgb(hue, saturation, value))
        for saturation, value in ((0.25, 0.95), (0.6, 0.6))
    )
    image = Image.new("RGB", (96, 72), sky)
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 72), (0, 40), (20 + number % 40, 24 + number % 17), (96, 50), (96, 72)], fill=ground)
    draw.ellipse((70, 8 + number % 12, 84, 22 + number % 12), fill=(255, 250, 230))
    return image
